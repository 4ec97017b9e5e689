import { openSync } from 'node:fs'
import { createMemoryClaims } from '../../lib/claims/memory-claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Decoded } from '../../lib/core/decoder.ts'
import type { Delivery } from '../../lib/core/delivery.ts'
import { createFilter, globMatcher } from '../../lib/core/filter.ts'
import { inOrder } from '../../lib/core/in-order.ts'
import { createPipeline } from '../../lib/core/pipeline.ts'
import { traced } from '../../lib/core/trace.ts'
import { sqs } from '../../lib/envelopes/sqs-envelope.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction } from '../../lib/kit/function.ts'
import { SchemaError } from '../../lib/process/errors.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import { createLogSink } from '../../lib/sinks/log-sink.ts'
import { sqsEvent } from '../envelopes/queue-samples.ts'
import { settings } from './doors.ts'
import type { Kind, Kinds } from './growth.ts'

const KIB = 1024
/** The largest has 1 MiB. */
const filledWith =
  (text: string): Kind['make'] =>
  (scale) =>
    Buffer.from(text.repeat((scale * 255 * KIB) / Buffer.byteLength(text)))

const event = (attributes: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: '1',
  source: 's',
  type: 't',
  datacontenttype: 'application/json',
  data: {},
  ...attributes,
})
const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  body: Buffer.from('{}'),
  headers: {},
  origin: { kind: 'amqp', queue: 'q', redelivered: false },
  ...more,
})

const filtered = (glob: string): Kind['run'] => {
  const wanted = createFilter({ types: [glob], priorities: [glob] })
  return (input) => wanted(event({ type: input.toString(), priority: input.toString() }))
}

/** One delivery that its decoder makes these events and faults of, through a whole function. */
const decodedTo = (decoded: (input: Buffer) => Decoded): Kind['run'] => {
  const handler = createFunction({
    name: 'test',
    config: readConfig(settings),
    decode: ({ body }) => decoded(body),
    sink: { deliver: async () => {} },
  })
  return (input) => handler(sqsEvent([input]), {})
}

/** The same through a pipeline that remembers, and writes to nowhere. */
const remembered = (decoded: (input: Buffer) => Decoded): Kind['run'] => {
  const nowhere = createLogSink(openSync('/dev/null', 'w'))
  return (input) =>
    createPipeline({
      functionName: 'test',
      decode: ({ body }) => decoded(body),
      sink: nowhere,
      deadLetters: nowhere,
      lastResort: nowhere,
      returnsRefused: false,
      wanted: () => true,
      claims: createMemoryClaims(10_000),
      redact: createRedact(['a secret']),
      now: () => new Date(0),
    })([delivery({ body: input })])
}

const fault = new SchemaError('Records.0: expected object', { field: 'Records.0' })
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

export const kinds: Kinds = {
  'a type against a glob with many stars': { make: filledWith('a'), run: filtered('*a*a*a*a*a*a*a*a*b') },
  'a type against a glob with stars and question marks': { make: filledWith('ab'), run: filtered('*a?a*a?a*b') },
  'a glob of stars alone, against a type as long': {
    make: filledWith('a*'),
    run: (input) => globMatcher(input.toString())('a'.repeat(input.length)),
  },
  'a tracestate of many members': {
    make: filledWith('a=b,'),
    run: (input) => traced([event()], delivery({ headers: { traceparent, tracestate: input.toString() } })),
  },
  'a tracestate of blanks': {
    make: filledWith(' '),
    run: (input) => traced([event()], delivery({ headers: { traceparent, tracestate: input.toString() } })),
  },
  'an id that is all of the message': {
    make: filledWith('i'),
    run: remembered((input) => ({ events: [event({ id: input.toString() })], faults: [] })),
  },
  'a fault for every other byte': {
    make: filledWith('1,'),
    run: decodedTo((input) => ({ events: [], faults: Array(input.length / 2).fill(fault) })),
  },
  'a fault that quotes all of the message': {
    make: filledWith('"\\'),
    run: decodedTo((input) => ({
      events: [],
      faults: [new SchemaError(input.toString(), { field: input.toString() })],
    })),
  },
  'an event for every hundred bytes': {
    make: filledWith('x'.repeat(100)),
    run: decodedTo((input) => ({
      events: Array.from({ length: input.length / 100 }, (_, index) => event({ id: `${index}` })),
      faults: [],
    })),
  },
  'the same event for every hundred bytes': {
    make: filledWith('x'.repeat(100)),
    run: remembered((input) => ({
      events: Array.from({ length: input.length / 100 }, () => event()),
      faults: [],
    })),
  },
  'many messages of one order group': {
    make: filledWith('x'.repeat(200)),
    run: (input) =>
      inOrder(async (deliveries) => deliveries.map(() => ({ type: 'ack', events: [], faults: [], dropped: [] })))(
        Array.from({ length: input.length / 200 }, () => delivery({ orderGroup: 'a' })),
      ),
  },
  'a message of SQS that begins as one of SNS': {
    make: filledWith('{"TopicArn":['),
    run: (input) => sqs.open(sqsEvent([input])),
  },
  'bytes that are not text': {
    make: (scale) => Buffer.alloc(scale * 255 * KIB, 0xff),
    run: remembered(() => ({ events: [], faults: [fault] })),
  },
}
