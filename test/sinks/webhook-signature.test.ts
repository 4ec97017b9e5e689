import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { readConfig, secretsOf } from '../../lib/kit/config.ts'
import { SINK_MODES } from '../../lib/sinks/http-sink.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { event } from './contract.ts'

const secretOf = (letter: string): string => `whsec_${Buffer.from(letter.repeat(24)).toString('base64')}`
const [first, second, other] = [secretOf('a'), secretOf('b'), secretOf('c')]

const sinkOf = (receiver: Receiver, environment: Record<string, string>) => {
  const { sink } = readConfig({ SINK_URL: receiver.url, SINK_SIGNING_SECRET: `${first},${second}`, ...environment })
  return openSink(sink.url, 1, sink.options)
}

const headersOf = ({ headers }: Receiver['requests'][number]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

for (const mode of SINK_MODES) {
  test(`in ${mode} mode the reference library accepts each request by either secret, and by no other`, async (t) => {
    const receiver = await startReceiver()
    t.after(receiver.close)
    await sinkOf(receiver, { SINK_MODE: mode }).deliver([event('1', { subject: 'ü.jpg' }), event('2')])
    assert.equal(receiver.requests.length, mode === 'batch' ? 1 : 2)
    for (const request of receiver.requests) {
      for (const secret of [first, second]) new Webhook(secret).verify(request.body, headersOf(request))
      assert.throws(() => new Webhook(other).verify(request.body, headersOf(request)))
      assert.throws(() => new Webhook(first).verify(`${request.body} `, headersOf(request)))
    }
  })
}

test('the same events have the same webhook-id when they are sent again, and others another one', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  receiver.answer = (_request, index) => ({ status: index === 0 ? 503 : 204 })
  const sink = sinkOf(receiver, { SINK_RETRIES: '1' })
  await sink.deliver([event('1')])
  await sink.deliver([event('1')])
  await sink.deliver([event('1', { source: 'another' })])
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id'])
  assert.deepEqual([ids.length, new Set(ids.slice(0, 3)).size, new Set(ids).size], [4, 1, 2])
})

test('without a secret no request is signed', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  await sinkOf(receiver, { SINK_SIGNING_SECRET: '' }).deliver([event('1')])
  assert.deepEqual(
    Object.keys(receiver.requests[0]?.headers ?? {}).filter((name) => name.startsWith('webhook-')),
    [],
  )
})

test('a secret of another form is refused without being shown, and a good one is hidden in the log', () => {
  assert.throws(
    () => readConfig({ SINK_SIGNING_SECRET: 'my-secret' }),
    (error: Error) => {
      assert.match(error.message, /^SINK_SIGNING_SECRET must be secrets of Standard Webhooks/)
      assert.doesNotMatch(error.message, /my-secret/)
      return true
    },
  )
  assert.ok(secretsOf(readConfig({ SINK_SIGNING_SECRET: first })).includes(first))
})
