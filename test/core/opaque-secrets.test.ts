import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CEPH_SETTINGS } from '../../lib/ceph/ceph-settings.ts'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import type { DeadLetterData } from '../../lib/core/dead-letter.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction } from '../../lib/kit/function.ts'
import { readSettings } from '../../lib/process/settings.ts'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { functionUrlEvent, type SentRequest } from '../envelopes/samples.ts'
import { collectLog } from '../log-lines.ts'
import { createMemorySink } from '../memory-sink.ts'
import { startReceiver } from '../receiver.ts'

type Answer = { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: string }

const secrets = 'älter "quoted",new'
const post = async (environment: Record<string, string>, sent: Partial<SentRequest>) => {
  const sink = createMemorySink()
  const config = readConfig(environment)
  const { OPAQUE_SECRETS: secrets } = readSettings(CEPH_SETTINGS, environment)
  const handler = createFunction({ name: 'test', config, decode: createCephDecoder(secrets), secrets, sink })
  collectLog()
  const { statusCode, body } = (await handler(functionUrlEvent(sent), {})) as Answer // A Function URL's.
  const { code, detail } = body ? JSON.parse(body) : { code: '' }
  return { status: statusCode, code, detail, events: sink.events }
}
const withOpaque = (...opaqueData: string[]) =>
  notification(...opaqueData.map((each) => wireRecord('a', { opaqueData: each })))
const unauthorized = { status: 401, code: 'unauthorized', events: [] }

for (const secret of ['älter "quoted"', 'new']) {
  test(`a record that shows ${secret} is let in, and goes on without it`, async () => {
    const { status, events } = await post({ OPAQUE_SECRETS: secrets }, { body: withOpaque(secret) })
    const opaqueData = events.map(({ data }) => (data as { opaqueData: string }).opaqueData) // Ceph's data.
    assert.deepEqual([status, opaqueData], [204, ['[redacted]']])
    assert.doesNotMatch(JSON.stringify(events), /älter|quoted|"new"/)
  })
}

const { opaqueData: _left, ...without } = wireRecord('a')
const refused = [
  { name: 'a record without it', body: JSON.stringify({ Records: [without] }) },
  { name: 'a record with an empty one', body: withOpaque('') },
  { name: 'a record with another', body: withOpaque('wrong') },
  { name: 'one such record among good ones', body: withOpaque('new', 'wrong', 'new') },
  {
    name: 'something else than text in its place',
    body: JSON.stringify({ Records: [{ ...without, opaqueData: ['new'] }] }),
  },
  { name: 'a record that is none', body: JSON.stringify({ Records: ['new'] }) },
  { name: 'a body that cannot be read', body: '{"Records":[{"opaqueData":"new"' },
  { name: 'bytes that are not text', body: Buffer.from([0xff, 0xfe]) },
]
for (const { name, body } of refused) {
  test(`${name} is refused, even by this machine`, async () => {
    const { detail: _detail, ...answer } = await post({ OPAQUE_SECRETS: secrets }, { body, sourceIp: '127.0.0.1' })
    assert.deepEqual(answer, unauthorized)
  })
}

test('a refused caller learns whether a record shows no secret or an unknown one', async () => {
  const details = [
    await post({ OPAQUE_SECRETS: secrets }, { body: JSON.stringify({ Records: [without] }) }),
    await post({ OPAQUE_SECRETS: secrets }, { body: withOpaque('wrong') }),
  ].map(({ detail }) => detail)
  assert.deepEqual(details, [
    'opaqueData is missing: set OpaqueData on the topic',
    'opaqueData is unknown: expected one of OPAQUE_SECRETS',
  ])
})

test('a bad record that shows a secret is set aside like any other, without it', async () => {
  const deadLetters = await startReceiver()
  const opaqueData = 'älter "quoted"'
  const body = notification({ ...brokenRecord('a'), opaqueData })
  const { status } = await post({ OPAQUE_SECRETS: secrets, DEAD_LETTER_URL: deadLetters.url }, { body })
  await deadLetters.close()
  assert.deepEqual(
    [status, deadLetters.events().map(({ data }) => (data as DeadLetterData).body)], // What we write there.
    [200, [body.replace(JSON.stringify(opaqueData), '"[redacted]"')]],
  )
})

test('where tokens are set too, both are asked for', async () => {
  const environment = { OPAQUE_SECRETS: secrets, AUTH_TOKENS: 'abc' }
  const statuses = [
    await post(environment, { body: withOpaque('new'), query: 'token=abc' }),
    await post(environment, { body: withOpaque('new') }),
    await post(environment, { body: withOpaque('wrong'), query: 'token=abc' }),
  ].map(({ status }) => status)
  assert.deepEqual(statuses, [204, 401, 401])
})

test('where no secret is set, opaqueData is data', async () => {
  const { events } = await post({ ALLOW_ANONYMOUS: 'true' }, { body: withOpaque('tenant=blue') })
  assert.deepEqual(
    events.map(({ data }) => (data as { opaqueData: string }).opaqueData), // Ceph's data.
    ['tenant=blue'],
  )
})
