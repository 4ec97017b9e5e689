import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { cephCapture } from '../fixtures.ts'
import { startHost } from '../host-process.ts'
import { startReceiver } from '../receiver.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const fileWith = (content: string): string => {
  const file = join(temporaryFolder(), 'tidings.config.yaml')
  writeFileSync(file, content)
  return file
}

test('the host sends events to the sinks of a YAML file, and again only to the sink that was away', async () => {
  const [photos, hook, letters] = [await startReceiver(), await startReceiver(), await startReceiver()]
  const file = fileWith(`
routes:
  - when: { type: "com.amazonaws.s3.ObjectCreated:*" }
    to: [ "${photos.url}", { url: "${hook.url}", retries: 0 } ]
  - otherwise: drop
deadLetters: "${letters.url}"
`)
  after(() => Promise.all([photos, hook, letters].map((sink) => sink.close())))
  const { body } = cephCapture('20.2.4/ObjectCreated_Put.as-cloudevent.1')
  await using host = await startHost({ FUNCTION: 'ceph-notifications', TIDINGS_CONFIG: file })
  const post = async (content: string): Promise<number> =>
    (await fetch(host.url, { method: 'POST', body: content })).status
  hook.answer = () => ({ status: 503 })
  assert.equal(await post(body), 503)
  hook.answer = () => ({ status: 204 })
  assert.equal(await post(body), 204)
  assert.equal(await post('{"Records":[{"eventName":5}]}'), 200)
  assert.deepEqual(
    [photos, hook, letters].map((sink) => sink.events().length),
    [1, 1, 1],
  )
})

test('a host whose file has faults ends with the line and the column of each', async () => {
  const file = fileWith('routes:\n  - too: log\n')
  await assert.rejects(startHost({ FUNCTION: 'ceph-notifications', TIDINGS_CONFIG: file }), (error: Error) => {
    assert.match(error.message, /the host ended with 1/)
    assert.ok(
      error.message.includes(`config_invalid: ${file}: line 2, column 5: routes.0.too: there is no such setting`),
    )
    return true
  })
})
