import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { readConfig } from '../../lib/kit/config.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import { redactText } from '../../lib/redaction/redact-text.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { logOf } from '../kit/own-functions.ts'
import { startReceiver } from '../receiver.ts'
import { assertRight, formsOf, SECRET_CASES } from '../redaction/secret-cases.ts'

const receiver = await startReceiver()
after(() => receiver.close())

let take = (_event: unknown): unknown => undefined
const handler = openstack({
  config: readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: receiver.url, CLAIMS_URL: 'none:' }),
}).otherwise(({ event }) => void take(event))

/** Everything that the function writes for a body: the events it hands on, its log and its dead letters. */
const written = async (body: Buffer): Promise<{ readonly text: string; readonly events: number }> => {
  const events: unknown[] = []
  take = (event) => events.push(event)
  const lines = logOf(handler)
  const before = receiver.requests.length
  await handler(functionUrlEvent({ body }), {})
  const letters = receiver.requests.slice(before).map((request) => JSON.parse(request.body))
  const text = JSON.stringify([events, lines, letters])
  const inBase64 = [...text.matchAll(/"bodyBase64":"([^"]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64'))
  return { text: text + inBase64.map((bytes) => bytes.toString('latin1')).join(), events: events.length }
}

for (const example of SECRET_CASES) {
  const forms = formsOf(example)
  for (const [form, body] of Object.entries(forms)) {
    test(`${example.name}, ${form}: the event has no secret, and the rest`, async () => {
      const { text, events } = await written(Buffer.from(body))
      assert.equal(events, 1)
      assertRight(text, example, form)
    })

    if (form === 'in an envelope' || form === 'with escaped names') continue
    test(`${example.name}, ${form}: nor has the dead letter of a broken body`, async () => {
      const broken: Readonly<Record<string, Buffer>> = {
        'cut off': Buffer.from(body.slice(0, -2)),
        'with something in front': Buffer.from(`#${body}`),
        'without its first bracket': Buffer.from(body.slice(1)),
        'spread over lines': Buffer.from(`${body.replaceAll('":', '" : ').replaceAll(',"', ',\n "')},`),
        'in UTF-16': Buffer.from(body, 'utf16le'),
        'in UTF-16 with a byte order mark': Buffer.from(`\ufeff${body}`, 'utf16le'),
        'in UTF-16, big-endian': Buffer.from(body, 'utf16le').swap16(),
        'compressed, and cut off': deflateSync(body.slice(0, -2)),
        'with a byte that is not a text': Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.from([0xff])]),
      }
      for (const [fault, bytes] of Object.entries(broken)) {
        const { text, events } = await written(bytes)
        assert.equal(events, 0, fault)
        assertRight(text, example, fault)
      }
    })
  }

  test(`${example.name}: wherever the body is cut off, no secret comes out`, () => {
    for (const form of ['bare', 'in an envelope'] as const) {
      const body = forms[form]
      for (let end = 5; end < body.length; end += 7)
        assertRight(redactText(body.slice(0, end)), { ...example, kept: [] }, form)
    }
  })
}
