// A function of one's own, built from the packed package, has the same effect under each platform's own runtime.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { cephSample } from '../../lib/testing/index.ts'
import { ask } from '../http-client.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildProject, PLATFORMS, type Started, TOKEN } from './built-function.ts'
import { readImages } from './docker/images.ts'
import { hadolint } from './docker/install.ts'
import { FUNC_YAML } from './knative/schemas.ts'
import { faultsOf, schemaFaults } from './knative/validate.ts'
import { startLambda } from './lambda/rie.ts'

/** Posts each key to an index, and does as the index answers. */
const FUNCTION = `
import { ceph, Retry, SetAside } from 'tidings'
export const handler = ceph().on('ObjectCreated:*', { bucket: 'photos' }, async ({ record, signal }) => {
  const { status } = await fetch(process.env.INDEX_URL as string, { method: 'POST', body: record.key, signal })
  if (status === 429) throw new Retry({ afterSeconds: 7 })
  if (status === 422) throw new SetAside('the index refuses it')
})
`
const dist = buildProject(FUNCTION)

const startIndex = async (): Promise<{ readonly receiver: Receiver; readonly environment: Record<string, string> }> => {
  const receiver = await startReceiver()
  receiver.answer = ({ body }) => ({ status: body === 'busy.jpg' ? 429 : body === 'bad.jpg' ? 422 : 204 })
  const environment = {
    INDEX_URL: new URL('/index', receiver.url).href,
    DEAD_LETTER_URL: new URL('/dead-letters', receiver.url).href,
    SHUTDOWN_GRACE_MS: '0',
    REFUSAL_DELAY_MS: '0',
  }
  return { receiver, environment }
}

const bodyOf = (key: string): string => JSON.stringify(cephSample('ObjectCreated:Put', { bucket: 'photos', key }))
const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }

for (const [platform, start] of Object.entries(PLATFORMS)) {
  describe(`what is built, under ${platform}`, () => {
    let receiver: Receiver
    let running: Started
    const ends: (() => void | PromiseLike<void>)[] = []
    before(async () => {
      const index = await startIndex()
      receiver = index.receiver
      ends.push(receiver.close)
      running = await start({ after: (end) => ends.push(end) }, dist, index.environment)
    })
    after(async () => {
      for (const end of ends.toReversed()) await end()
    })

    test('handles an event', async () => {
      const { status = 0 } = await running.post({ headers, body: bodyOf('a.jpg') })
      assert.ok([200, 204].includes(status), `${status}`) // OpenFaaS's watchdog makes 200 of 204.
      assert.deepEqual(
        receiver.taken().map(({ url, body }) => [url, body]),
        [['/index', 'a.jpg']],
      )
    })

    test('says by 503 that it wants an event again, and when', async () => {
      const { status, headers: sent } = await running.post({ headers, body: bodyOf('busy.jpg') })
      assert.deepEqual([status, new Headers(sent as Record<string, string>).get('retry-after')], [503, '7'])
    })

    test('sets an event aside, with the reason', async () => {
      assert.equal((await running.post({ headers, body: bodyOf('bad.jpg') })).status, 200)
      const [letter] = receiver.taken().filter(({ url }) => url === '/dead-letters')
      assert.match(letter?.body ?? '', /the index refuses it/)
    })

    test('refuses who has no token', async () => {
      const { status } = await running.post({ headers: { 'content-type': 'application/json' }, body: bodyOf('c.jpg') })
      assert.equal(status, 401)
    })

    test('answers probes and tells its measures, where the host runs', async () => {
      const { hostPort: port } = running
      if (port === undefined) return
      const get = (path: string) => ask({ port, method: 'GET', path })
      for (const path of ['/healthz', '/health/liveness', '/health/readiness', '/_/ready'])
        assert.equal((await get(path)).status, 200, path)
      const { body } = await get('/metrics')
      for (const outcome of ['ack', 'retry'])
        assert.match(body, new RegExp(`^tidings_deliveries_total\\{function="ceph",outcome="${outcome}"\\} `, 'm'))
    })
  })
}

test('from a queue of SQS, the built bundle fails only what it wants again', async (t) => {
  const { receiver, environment } = await startIndex()
  t.after(receiver.close)
  await using lambda = await startLambda({ bundle: 'photos', directory: join(dist, 'lambda'), environment })
  const Records = ['a.jpg', 'busy.jpg', 'bad.jpg'].map((key) => ({
    messageId: key,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:photos',
    body: bodyOf(key),
    attributes: {},
    messageAttributes: {},
  }))
  assert.deepEqual(await lambda.invoke({ Records }), {
    returned: { batchItemFailures: [{ itemIdentifier: 'busy.jpg' }] },
  })
  assert.equal(receiver.taken().filter(({ url }) => url === '/dead-letters').length, 1)
})

test('what is built is what Knative, func and BuildKit take', async () => {
  const read = (path: string) => parse(readFileSync(join(dist, path), 'utf8'))
  assert.deepEqual(await faultsOf([read('knative/service.yaml')]), [])
  assert.deepEqual(schemaFaults(FUNC_YAML, read('func/func.yaml')), [])
  for (const folder of ['container', 'openfaas/photos', 'knative']) {
    const file = join(dist, folder, 'Dockerfile')
    assert.deepEqual(readImages(file).warnings, [])
    assert.equal(execFileSync(hadolint, ['--no-color', file], { encoding: 'utf8' }), '')
  }
})
