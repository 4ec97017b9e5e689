import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { readConfig } from '../../lib/kit/config.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import { redactText } from '../../lib/redaction/redact-text.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { logOf } from '../kit/own-functions.ts'
import { startReceiver } from '../receiver.ts'

type Case = {
  readonly name: string
  readonly message: object
  /** Texts that must be in nothing that is written. */
  readonly hidden: readonly string[]
  /** Texts that must be in all of it. */
  readonly kept: readonly string[]
}

const FIXTURES = new URL('../fixtures/openstack-secrets/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8')
const cases: readonly Case[] = JSON.parse(read('messages.json'))
const whole = (name: string, hidden: string): Case => ({
  name,
  message: JSON.parse(JSON.parse(read(`${name}.json`))['oslo.message']),
  hidden: [hidden],
  kept: [],
})
const all = [
  ...cases,
  whole('cinder-volume-metadata-list', 'SECRET'),
  whole('keystone-invalid-password-attachment', 'PARTIALHASHSECRET'),
]

const HEAD = {
  event_type: 'x.y',
  publisher_id: 'x.host',
  timestamp: '2026-01-02 03:04:05.000678',
  message_id: 'c1',
  priority: 'INFO',
}
const enveloped = (message: string): string => JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': message })
/** JSON with the first letter of each name escaped. */
const withEscapedNames = (json: string): string =>
  json.replace(
    /"([A-Za-z_])([\w.-]*)":/g,
    (_, first: string, rest: string) => `"\\u00${first.charCodeAt(0).toString(16)}${rest}":`,
  )

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

const holds = (text: string, part: string): boolean =>
  text.includes(part) || text.includes(JSON.stringify(part).slice(1, -1))

const assertRight = (text: string, { hidden, kept }: Case, form: string): void => {
  assert.deepEqual(
    { leaked: hidden.filter((part) => holds(text, part)), lost: kept.filter((part) => !holds(text, part)) },
    { leaked: [], lost: [] },
    `${form}: ${text}`,
  )
}

for (const example of all) {
  const bare = JSON.stringify({ ...HEAD, ...example.message })
  const forms: Readonly<Record<string, string>> = {
    bare,
    'in an envelope': enveloped(bare),
    'with escaped names': withEscapedNames(bare),
    'with escaped names in an envelope': enveloped(withEscapedNames(bare)),
  }
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
        'with a byte that is no text': Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.from([0xff])]),
      }
      for (const [fault, bytes] of Object.entries(broken)) {
        const { text, events } = await written(bytes)
        assert.equal(events, 0, fault)
        assertRight(text, example, fault)
      }
    })
  }

  test(`${example.name}: wherever the body is cut off, no secret comes out`, () => {
    for (const form of ['bare', 'in an envelope']) {
      const body = forms[form] ?? ''
      for (let end = 5; end < body.length; end += 7)
        assertRight(redactText(body.slice(0, end)), { ...example, kept: [] }, form)
    }
  })
}

for (const line of read('texts.txt').trim().split('\n')) {
  test(`in a text, in JSON and in JSON inside JSON: ${line}`, () => {
    for (const text of [line, line.replaceAll('\\n', '\n')]) {
      const kept = text.match(/KEEP\d?/g) ?? []
      const inJson = JSON.stringify({ message: text, last: 'KEEP9' })
      for (const form of [text, inJson, JSON.stringify({ body: inJson })]) {
        const redacted = redactText(form)
        assertRight(redacted, { name: line, message: {}, hidden: ['SECRET'], kept }, form)
        if (form !== text) assert.ok(JSON.parse(redacted))
        assert.equal(redactText(redacted), redacted)
      }
    }
  })
}
