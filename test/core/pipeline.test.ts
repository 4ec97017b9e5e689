import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { createMemoryClaims } from '../../lib/claims/memory-claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Decode } from '../../lib/core/decoder.ts'
import type { Delivery } from '../../lib/core/delivery.ts'
import { createPipeline } from '../../lib/core/pipeline.ts'
import {
  AuthenticationError,
  DecodeError,
  NotANotificationError,
  SchemaError,
  SinkRefusedError,
  SinkUnavailableError,
} from '../../lib/process/errors.ts'
import { createRedact, type Redact } from '../../lib/process/secrets.ts'
import { createMemorySink, type MemorySink } from '../memory-sink.ts'

const event = (id: string, extensions = {}): CloudEvent => ({
  specversion: '1.0',
  id,
  source: 's',
  type: 't',
  datacontenttype: 'application/json',
  ...extensions,
  data: { id },
})
const delivery = (body: string, headers: Record<string, string> = {}): Delivery => ({
  body: Buffer.from(body),
  headers,
  origin: { kind: 'direct' },
})
const queued = (body: string): Delivery => ({
  ...delivery(body),
  origin: { kind: 'amqp', queue: 'q', redelivered: false },
})
const fault = new SchemaError('Records.0: expected object')
const rejections: Readonly<Record<string, Error>> = {
  unauthorized: new AuthenticationError('no'),
  'not a notification': new NotANotificationError('no'),
  'not json': new DecodeError('the body is not JSON'),
  bug: new Error('undefined is not a function'),
}

/** A body is the ids of its events, or the name of what is wrong; `!` is a part that cannot be understood. */
const decode: Decode = ({ body }) => {
  const text = body.toString()
  const rejection = rejections[text]
  if (rejection) throw rejection
  const parts = text.split(',').filter(Boolean)
  return { events: parts.filter((id) => id !== '!').map((id) => event(id)), faults: parts.includes('!') ? [fault] : [] }
}

const pipelineWith = (
  sink = createMemorySink(),
  deadLetters = createMemorySink(),
  wanted: (event: CloudEvent) => boolean = () => true,
  returnsRefused = false,
  { lastResort = createMemorySink(), redact = createRedact([]) } = {},
) => ({
  sink,
  deadLetters,
  lastResort,
  run: createPipeline({
    functionName: 'test',
    decode,
    sink,
    deadLetters,
    lastResort,
    returnsRefused,
    wanted,
    claims: createMemoryClaims(10),
    redact,
    now: () => new Date(0),
  }),
})
const failing = (error: unknown) =>
  createMemorySink(() => {
    throw error
  })
/** Takes all events but those of these ids. */
const failingOn = (error: unknown, ...ids: string[]): MemorySink => ({
  ...createMemorySink(),
  deliver: async (events, _signal, settle) => {
    for (const event of events.filter(({ id }) => !ids.includes(id))) settle?.(event, 'taken')
    if (events.some(({ id }) => ids.includes(id))) throw error
  },
})
const ack = (...events: string[]) => ({ type: 'ack', events, faults: [], dropped: [] })

test('all events of all deliveries go to the sink in one call, in order, and each delivery gets its own outcome', async () => {
  const { run, sink } = pipelineWith()
  assert.deepEqual(await run([delivery('1,2'), delivery(''), delivery('3')]), [ack('1', '2'), ack(), ack('3')])
  assert.deepEqual(sink.calls, [[event('1'), event('2'), event('3')]])
})

test('the sink is not asked where there are no events', async () => {
  const { run, sink } = pipelineWith()
  assert.deepEqual([await run([]), await run([delivery('')])], [[], [ack()]])
  assert.deepEqual(sink.calls, [])
})

test('what cannot be understood is buried after the good events are delivered', async () => {
  const { run, sink, deadLetters } = pipelineWith()
  assert.deepEqual(await run([delivery('1,!,2')]), [{ type: 'ack', events: ['1', '2'], faults: [fault], dropped: [] }])
  assert.deepEqual(
    [sink.events.map(({ id }) => id), deadLetters.events.map(({ data }) => data)],
    [
      ['1', '2'],
      [
        {
          function: 'test',
          reasons: [{ code: 'schema_mismatch', message: 'Records.0: expected object' }],
          origin: 'direct',
          headers: {},
          body: '1,!,2',
        },
      ],
    ],
  )
})

test('a body that is not JSON becomes a dead letter and is acked: sent again, it would not be JSON either', async () => {
  const { run, deadLetters } = pipelineWith()
  assert.deepEqual(await run([delivery('not json')]), [
    { type: 'ack', events: [], faults: [rejections['not json']], dropped: [] },
  ])
  assert.equal(deadLetters.events.length, 1)
})

for (const body of ['unauthorized', 'not a notification']) {
  test(`${body}: rejected, without a dead letter, and the others go on`, async () => {
    const { run, deadLetters } = pipelineWith()
    assert.deepEqual(await run([delivery(body), delivery('1')]), [
      { type: 'reject', error: rejections[body] },
      ack('1'),
    ])
    assert.deepEqual(deadLetters.calls, [])
  })
}

test('a bug in a decoder is ours, so the delivery is to be sent again', async () => {
  const [outcome] = await pipelineWith().run([delivery('bug')])
  assert.deepEqual(outcome?.type === 'retry' && [outcome.error.code, outcome.error.cause, outcome.retryAfterSeconds], [
    'internal_error',
    rejections.bug,
    undefined,
  ])
})

test('a bug in a decoder makes no dead letter of a message of a queue either', async () => {
  const { run, deadLetters } = pipelineWith()
  const [outcome] = await run([queued('bug')])
  assert.deepEqual([outcome?.type, deadLetters.calls], ['retry', []])
})

test('without its sink, a delivery with events is to be sent again, unburied; one without is settled', async () => {
  const error = new SinkUnavailableError('down', { retryAfterSeconds: 9 })
  const { run, deadLetters } = pipelineWith(failing(error))
  assert.deepEqual(await run([delivery('1,!'), delivery('!')]), [
    { type: 'retry', error, retryAfterSeconds: 9 },
    { type: 'ack', events: [], faults: [fault], dropped: [] },
  ])
  assert.equal(deadLetters.events.length, 1)
})

test('events that the sink refuses for ever are buried, each with its own delivery', async () => {
  const error = new SinkRefusedError('sink: refused the event (422)')
  const { run, deadLetters } = pipelineWith(failingOn(error, '2'))
  assert.deepEqual(await run([delivery('1,2'), delivery('3')]), [
    { type: 'ack', events: ['1'], faults: [error], dropped: [] },
    ack('3'),
  ])
  assert.deepEqual(
    deadLetters.events.map(({ data }) => data),
    [
      {
        function: 'test',
        reasons: [{ code: 'sink_refused', message: 'sink: refused the event (422)' }],
        origin: 'direct',
        events: ['2'],
        headers: {},
        body: '1,2',
      },
    ],
  )
})

test('nothing is acked that could not be buried', async () => {
  const error = new SinkUnavailableError('down')
  const { run, sink } = pipelineWith(createMemorySink(), failing(error))
  assert.deepEqual(await run([delivery('1,!'), delivery('2')]), [
    { type: 'retry', error, retryAfterSeconds: undefined },
    ack('2'),
  ])
  assert.deepEqual(
    sink.events.map(({ id }) => id),
    ['1', '2'],
  )
})

test('a dead letter that its sink refuses for ever goes to the last resort, and the delivery is acked', async () => {
  const deadLetters = failing(new SinkRefusedError('sink: refused the event (413)'))
  const { run, lastResort } = pipelineWith(createMemorySink(), deadLetters)
  assert.deepEqual(await run([delivery('!')]), [{ type: 'ack', events: [], faults: [fault], dropped: [] }])
  assert.deepEqual(lastResort.events, deadLetters.calls.flat())
})

test('a redaction that fails leaves the body out of the dead letter, and keeps nothing from being set aside', async () => {
  const redact: Redact = () => {
    throw new RangeError('too deep')
  }
  const { run, deadLetters } = pipelineWith(createMemorySink(), createMemorySink(), () => true, false, { redact })
  assert.deepEqual(await run([delivery('1,!', { 'ce-id': '1' })]), [
    { type: 'ack', events: ['1'], faults: [fault], dropped: [] },
  ])
  assert.deepEqual(
    deadLetters.events.map(({ data }) => data),
    [
      {
        function: 'test',
        reasons: [{ code: 'schema_mismatch', message: 'Records.0: expected object' }],
        origin: 'direct',
        headers: {},
        bodyBytes: 3,
        bodyHash: hash('sha256', '1,!', 'base64url'),
      },
    ],
  )
})

for (const body of ['unauthorized', 'not a notification']) {
  test(`${body}, from a queue: buried and acked, since there is no caller to tell`, async () => {
    const { run, deadLetters } = pipelineWith()
    assert.deepEqual(await run([queued(body), queued('1')]), [
      { type: 'ack', events: [], faults: [rejections[body]], dropped: [] },
      ack('1'),
    ])
    assert.equal(deadLetters.events.length, 1)
  })
}

test('what the relay brings goes back to it where no other place is named: it has a queue for dead letters', async () => {
  const fromRelay = (body: string): Delivery => ({
    ...delivery(body),
    origin: { kind: 'amqp', queue: 'q', redelivered: false, keepsRefused: true },
  })
  const overHttp = (body: string): Delivery => ({
    ...delivery(body, { 'x-amqp-queue': 'q' }),
    origin: { kind: 'http', method: 'POST', path: '/', query: '' },
  })
  const { run, deadLetters } = pipelineWith(createMemorySink(), createMemorySink(), () => true, true)
  const refused = (error: unknown) => ({ type: 'reject', error })
  assert.deepEqual(
    await run([
      fromRelay('1,!'),
      fromRelay('not json'),
      fromRelay('unauthorized'),
      overHttp('not json'),
      fromRelay('2'),
    ]),
    [refused(fault), ...['not json', 'unauthorized', 'not json'].map((name) => refused(rejections[name])), ack('2')],
  )
  assert.deepEqual(deadLetters.calls, [])
  // Somebody else's queue has no such place.
  assert.deepEqual(await run([queued('!')]), [{ type: 'ack', events: [], faults: [fault], dropped: [] }])
})

test('only the deliveries are sent again whose events the sink did not take', async () => {
  const error = new SinkUnavailableError('the handler failed')
  const { run } = pipelineWith(failingOn(error, '2'))
  assert.deepEqual(await run([queued('1'), queued('2'), queued('3')]), [
    ack('1'),
    { type: 'retry', error, retryAfterSeconds: undefined },
    ack('3'),
  ])
})

const asking = (body: string, prefer = 'reply'): Delivery => ({
  ...delivery(body, { prefer }),
  origin: { kind: 'http', method: 'POST', path: '/', query: '' },
})

test('an event that the sink answers is handled, and its sender gets the answer each time', async () => {
  const reply = event('answer')
  const sink: MemorySink = {
    ...createMemorySink(),
    deliver: async ([first = event('')], _signal, settle) => settle?.(first, { reply }),
  }
  const { run } = pipelineWith(sink)
  const answered = { type: 'ack', events: ['1'], faults: [], dropped: [], reply }
  assert.deepEqual([await run([asking('1')]), await run([asking('1')])], [[answered], [answered]])
})

test('the sink may answer a request of one event by HTTP whose sender takes the answer', async () => {
  const mayAnswer: string[] = []
  const sink: MemorySink = {
    ...createMemorySink(),
    deliver: async (_events, _signal, _settle, replyTo) => {
      mayAnswer.push(...[...(replyTo ?? [])].map(({ id }) => id))
    },
  }
  const { run } = pipelineWith(sink)
  const overAmqp = { ...asking('4'), origin: queued('').origin }
  await run([asking('1'), asking('2,3'), overAmqp, asking('5', 'wait=10'), asking('6', 'wait=10, Reply; foo')])
  assert.deepEqual(mayAnswer, ['1', '6'])
})

test('what nobody wants is acked, and told', async () => {
  const { run, sink } = pipelineWith(createMemorySink(), createMemorySink(), ({ id }) => id !== '2')
  assert.deepEqual(await run([delivery('1,2'), delivery('2')]), [
    { ...ack('1'), dropped: ['filtered'] },
    { ...ack(), dropped: ['filtered'] },
  ])
  assert.deepEqual(sink.events, [event('1')])
})

test('what was handed on is not handed on again: not in a later call, not later in the same one', async () => {
  const { run, sink } = pipelineWith()
  assert.deepEqual(await run([delivery('1'), delivery('1,2')]), [ack('1'), { ...ack('2'), dropped: ['duplicate'] }])
  assert.deepEqual(await run([delivery('2,3')]), [{ ...ack('3'), dropped: ['duplicate'] }])
  assert.deepEqual(sink.calls, [[event('1'), event('2')], [event('3')]])
})

test('what the sink did not take is handed on when it comes again', async () => {
  let down = true
  const sink = createMemorySink(() => {
    if (down) throw new SinkUnavailableError('down')
  })
  const { run } = pipelineWith(sink)
  const [first] = await run([delivery('1')])
  down = false
  assert.deepEqual([first?.type, await run([delivery('1')])], ['retry', [ack('1')]])
})

test('deliveries that share an event wait for each other, whichever call they came in', async () => {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const { run, sink } = pipelineWith(createMemorySink(() => opened))
  const all = Promise.all([run([delivery('1')]), run([delivery('1')]), run([delivery('1'), delivery('2')])])
  open()
  const duplicate = { ...ack(), dropped: ['duplicate'] }
  assert.deepEqual(await all, [[ack('1')], [duplicate], [duplicate, ack('2')]])
  assert.deepEqual(sink.events, [event('1'), event('2')])
})

test('when time is over, the deliveries whose events the sink took are acked, the others are to be sent again', async () => {
  const stop = new AbortController()
  const { run } = pipelineWith({
    ...createMemorySink(),
    deliver: async (events, _signal, settle) => {
      for (const each of events.filter(({ id }) => id !== '2')) settle?.(each, 'taken')
      stop.abort()
      await new Promise(() => {})
    },
  })
  const [first, second, third, fourth] = await run(['1', '2', '3', '1,2'].map(queued), stop.signal)
  assert.deepEqual([first, third], [ack('1'), ack('3')])
  for (const outcome of [second, fourth]) {
    assert.ok(outcome?.type === 'retry')
    assert.deepEqual(
      [outcome.error.code, outcome.error.message],
      ['internal_error', 'the time of this invocation is over'],
    )
  }
})

test('when time is over, nobody waits for a dead letter either', async () => {
  const stop = new AbortController()
  const deadLetters = createMemorySink(async () => {
    stop.abort()
    await new Promise(() => {})
  })
  const { run } = pipelineWith(createMemorySink(), deadLetters)
  const outcomes = await run([queued('!'), queued('1')], stop.signal)
  assert.deepEqual(
    outcomes.map(({ type }) => type),
    ['retry', 'ack'],
  )
})

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const traces = [
  { name: 'a trace goes on with the events', headers: { traceparent }, extensions: { traceparent } },
  { name: 'something else in its place does not', headers: { traceparent: 'x\ny', tracestate: 'a=b' }, extensions: {} },
]
for (const { name, headers, extensions } of traces) {
  test(name, async () => {
    const { run, sink } = pipelineWith()
    await run([delivery('1', headers), delivery('2')])
    assert.deepEqual(sink.events, [event('1', extensions), event('2')])
  })
}
