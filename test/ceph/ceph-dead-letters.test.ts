import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { ceph } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { redactBody } from '../../lib/redaction/redact-body.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { startReceiver } from '../receiver.ts'

const read = (name: string): string =>
  readFileSync(new URL(`../fixtures/look-alikes/s3/${name}.json`, import.meta.url), 'utf8')

/** Bodies with the texts that must not stand in a dead letter. */
const bodies: readonly [name: string, secrets: readonly string[]][] = [
  ['authorization-in-request-parameters', ['deadbeef', '20260325']],
  ['sse-c-key-in-metadata', ['MDEyMzQ1Njc4', 'hRasmdxgYDKV']],
  ['sts-token-in-metadata', ['redacted-in-report']],
]
const holds = (text: string, secrets: readonly string[]) => secrets.filter((secret) => text.includes(secret))

for (const [name, secrets] of bodies) {
  const whole = read(name)
  test(`${name}: no credential is in what is left of the body, wherever that breaks off`, () => {
    assert.deepEqual(holds(whole, secrets), secrets)
    for (let end = whole.length; end > 0; end -= 7) {
      const redacted = redactBody(Buffer.from(whole.slice(0, end))).toString()
      assert.deepEqual(holds(redacted, secrets), [], redacted)
    }
  })

  test(`${name}: in UTF-16 neither`, () => {
    const little = Buffer.from(whole, 'utf16le')
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      const redacted = redactBody(bytes)
      for (const encoding of ['utf8', 'utf16le'] as const) {
        assert.deepEqual(holds(redacted.toString(encoding), secrets), [])
      }
    }
  })
}

for (const compress of [gzipSync, deflateSync]) {
  test(`compressed (${compress.name}), a body comes out plain, without its credentials`, () => {
    for (const [name, secrets] of bodies) {
      const redacted = redactBody(compress(read(name))).toString()
      assert.match(redacted, /Records/)
      assert.deepEqual(holds(redacted, secrets), [])
    }
  })

  test(`compressed twice (${compress.name}), it is left out: what is inside cannot be searched`, () => {
    assert.equal(redactBody(compress(gzipSync(read('sts-token-in-metadata')))).toString(), '[redacted]')
  })
}

test('user metadata, names and everything else stay as they came', () => {
  const whole = read('sts-token-in-metadata')
  const expected = whole.replace('…redacted-in-report…', '[redacted]')
  assert.equal(redactBody(Buffer.from(whole)).toString(), expected)
  const bytes = Buffer.from([0x7b, 0xff, 0x22, 0x80])
  assert.deepEqual(redactBody(bytes), bytes)
})

test('the function writes no credential of a bad record into its dead letter', async () => {
  const deadLetters = await startReceiver()
  try {
    const config = readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: deadLetters.url })
    const handler = ceph({ config }).otherwise(() => {})
    for (const [name, secrets] of bodies) {
      const body = read(name).replace(/"size": ?\d/, '"size":"large"')
      await handler(functionUrlEvent({ body, headers: {} }), {})
      const letter = JSON.stringify(deadLetters.events().at(-1))
      assert.match(letter, /schema_mismatch/)
      assert.deepEqual(holds(letter, secrets), [], name)
    }
  } finally {
    await deadLetters.close()
  }
})
