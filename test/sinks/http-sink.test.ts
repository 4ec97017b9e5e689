import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { SinkRefusedError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { createHttpSink, SINK_MODES, type SinkMode } from '../../lib/sinks/http-sink.ts'
import { type ReceivedRequest, type Receiver, type ReceiverAnswer, startReceiver } from '../receiver.ts'
import { event, fatesOf, testSink } from './contract.ts'

for (const mode of SINK_MODES) {
  testSink({
    name: `http: in ${mode} mode`,
    open: async (t) => {
      const receiver = await startReceiver()
      t.after(receiver.close)
      return {
        sink: createHttpSink(new URL(receiver.url), { mode, timeoutMs: 5000, retries: 0 }),
        received: () => (mode === 'binary' ? receiver.taken().map(fromBinary) : receiver.events()),
        breakDown: () => {
          receiver.answer = () => ({ status: 500 })
        },
        breakDownFor: (ids) => {
          receiver.answer = (request) => ({ status: idsIn(request).some((id) => ids.includes(id)) ? 500 : 204 })
        },
      }
    },
  })
}

/** As the binding says a receiver reads it: attributes percent-decoded, the body the data. */
const fromBinary = ({ headers, body }: ReceivedRequest): CloudEvent => {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') ? [[name.slice('ce-'.length), decodeURIComponent(String(value))] as const] : [],
  )
  const datacontenttype = headers['content-type']
  return { ...Object.fromEntries(attributes), datacontenttype, data: JSON.parse(body) } as unknown as CloudEvent // Compared as a whole.
}

const idsIn = (request: ReceivedRequest): string[] => {
  const { 'ce-id': id } = request.headers
  if (id !== undefined) return [String(id)]
  return [JSON.parse(request.body)].flat().map((each: CloudEvent) => each.id)
}

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const sinkIn = (mode: SinkMode, more = {}): Sink =>
  createHttpSink(new URL(receiver.url), { mode, timeoutMs: 5000, retries: 0, ...more })
const contentTypes = () => receiver.requests.map(({ headers }) => headers['content-type'])

const modes = [
  { mode: 'batch', types: ['application/cloudevents-batch+json', 'application/cloudevents+json'] },
  {
    mode: 'structured',
    types: ['application/cloudevents+json', 'application/cloudevents+json', 'application/cloudevents+json'],
  },
  { mode: 'binary', types: ['application/json', 'application/json', 'application/json'] },
] as const

for (const { mode, types } of modes) {
  test(`${mode}: two events, then one, take ${types.length} requests of the right type`, async () => {
    const sink = sinkIn(mode)
    await sink.deliver([event('1'), event('2')])
    await sink.deliver([event('3')])
    assert.deepEqual(contentTypes(), types)
  })
}

test('no events, no request', async () => {
  for (const mode of SINK_MODES) await sinkIn(mode).deliver([])
  assert.deepEqual(receiver.requests, [])
})

const keys = [
  ['a b', 'a%20b'],
  ['say "x"', 'say%20%22x%22'],
  ['100%20', '100%2520'],
  ['grün', 'gr%C3%BCn'],
  ['日本', '%E6%97%A5%E6%9C%AC'],
  ['🛰', '%F0%9F%9B%B0'],
  ['a\r\nx-evil: 1', 'a%0D%0Ax-evil:%201'],
  ['lone \ud800', 'lone%20%EF%BF%BD'],
  ["plain!#$&'()*+,-./:;<=>?@[]^_`{|}~", "plain!#$&'()*+,-./:;<=>?@[]^_`{|}~"],
] as const

for (const [subject, header] of keys) {
  test(`binary: the subject ${JSON.stringify(subject)} goes as ${header}`, async () => {
    await sinkIn('binary').deliver([event('1', { subject })])
    assert.equal(receiver.requests[0]?.headers['ce-subject'], header)
  })
}

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
test('a trace that all events of a request share goes on in its headers', async () => {
  const traced = (id: string) => event(id, { traceparent, tracestate: 'a=b' })
  await sinkIn('batch').deliver([traced('1'), traced('2')])
  await sinkIn('batch').deliver([traced('3'), event('4')])
  await sinkIn('binary').deliver([traced('5')])
  assert.deepEqual(
    receiver.requests.map(({ headers }) => [headers.traceparent, headers.tracestate]),
    [
      [traceparent, 'a=b'],
      [undefined, undefined],
      [traceparent, 'a=b'],
    ],
  )
})

test('one connection is used again and again', async () => {
  const sink = sinkIn('structured')
  for (const id of ['1', '2', '3']) await sink.deliver([event(id)])
  const sockets = receiver.requests.map(({ socket }) => socket)
  assert.deepEqual([sockets.length, new Set(sockets).size], [3, 1])
})

for (const status of [400, 413, 414, 422, 431]) {
  test(`${status} means that the event will never be taken: it is not tried again`, async () => {
    receiver.answer = () => ({ status })
    await assert.rejects(sinkIn('batch', { retries: 3 }).deliver([event('1')]), {
      name: 'SinkRefusedError',
      message: `sink ${new URL(receiver.url).origin}: refused the event (${status})`,
    })
    assert.equal(receiver.requests.length, 1)
  })
}

for (const mode of SINK_MODES) {
  test(`${mode}: of many events only the refused ones are told, and all others are delivered`, async () => {
    const isBad = ({ headers, body }: ReceivedRequest) => /"bad/.test(body) || /^bad/.test(String(headers['ce-id']))
    receiver.answer = (request) => ({ status: isBad(request) ? 422 : 204 })
    const events = ['1', 'bad1', '2', 'bad2', '3'].map((id) => event(id))
    const fates = fatesOf()
    await assert.rejects(sinkIn(mode).deliver(events, undefined, fates.settle), SinkRefusedError)
    assert.deepEqual(
      fates.failed().map(([id, error]) => [id, error instanceof SinkRefusedError]),
      [
        ['bad1', true],
        ['bad2', true],
      ],
    )
    assert.deepEqual(fates.taken(), ['1', '2', '3'])
    const taken = receiver.requests.filter((request) => !isBad(request)).map(({ body }) => body)
    assert.deepEqual(
      taken.map((body) => JSON.parse(body).data?.key ?? JSON.parse(body).key),
      ['1', '2', '3'],
    )
  })
}

for (const mode of ['structured', 'binary'] as const) {
  test(`${mode}: what fails and what is refused is told, all others are delivered, and only the first is tried again`, async () => {
    const statuses: Record<string, number> = { bad: 422, down: 500, worse: 503 }
    receiver.answer = (request) => ({ status: statuses[idsIn(request).join()] ?? 204 })
    const events = ['1', 'down', '2', 'bad', 'worse', '3'].map((id) => event(id))
    const fates = fatesOf()
    await assert.rejects(sinkIn(mode, { retries: 1 }).deliver(events, undefined, fates.settle), {
      name: 'SinkUnavailableError',
      message: `sink ${new URL(receiver.url).origin}: answered 500`,
    })
    assert.deepEqual(
      fates.failed().map(([id, error]) => [id, error instanceof Error && error.name]),
      [
        ['down', 'SinkUnavailableError'],
        ['bad', 'SinkRefusedError'],
        ['worse', 'SinkUnavailableError'],
      ],
    )
    assert.deepEqual(fates.taken(), ['1', '2', '3'])
    assert.deepEqual(receiver.requests.flatMap(idsIn), ['1', 'down', 'down', '2', 'bad', 'worse', '3'])
  })
}

const outOfReach: readonly { readonly name: string; readonly answer: ReceiverAnswer }[] = [
  { name: 'does not answer', answer: 'hang' },
  { name: 'asks for patience', answer: { status: 503, headers: { 'retry-after': '60' } } },
]
for (const { name, answer } of outOfReach) {
  test(`a sink that ${name} is not asked to take the events behind`, async () => {
    receiver.answer = (request) => (idsIn(request).includes('2') ? answer : { status: 204 })
    const events = ['1', '2', '3', '4'].map((id) => event(id))
    const fates = fatesOf()
    await assert.rejects(
      sinkIn('structured', { timeoutMs: 200 }).deliver(events, undefined, fates.settle),
      SinkUnavailableError,
    )
    assert.deepEqual(
      fates.failed().map(([id]) => id),
      ['2', '3', '4'],
    )
    assert.deepEqual(receiver.requests.flatMap(idsIn), ['1', '2'])
  })
}
