import type { Delivery, Outcome } from '../delivery.ts'
import { DecodeError, SinkRefusedError, type TidingsError } from '../errors.ts'
import type { Decode, Decoded } from '../events/decode.ts'
import type { CloudEvent } from '../schemas/cloudevent.ts'
import type { Redact } from '../secrets.ts'
import type { Sink } from '../sinks/sink.ts'
import { deadLetter } from './dead-letter.ts'
import { outcomeOf } from './outcome.ts'

export type PipelineOptions = {
  readonly functionName: string
  readonly decode: Decode
  readonly sink: Sink
  readonly deadLetters: Sink
  readonly redact: Redact
  readonly now: () => Date
}

export type Pipeline = (deliveries: readonly Delivery[], signal?: AbortSignal) => Promise<Outcome[]>

/**
 * Deliveries in, an outcome for each out, in the same order. All events go to the sink in one call; then what could not
 * be read, or what the sink refuses for ever, goes to the dead letters. A delivery is acked once both have taken theirs.
 */
export const createPipeline = (options: PipelineOptions): Pipeline => {
  const { decode, sink, deadLetters } = options

  const bury = async ({ delivery, faults }: Readable, signal: AbortSignal | undefined): Promise<void> => {
    if (faults.length > 0)
      await deadLetters.deliver([deadLetter({ ...options, delivery, faults, time: options.now() })], signal)
  }

  const settle = async (read: Reading, delivered: Delivered, signal: AbortSignal | undefined): Promise<Outcome> => {
    if ('rejected' in read) return outcomeOf(read.rejected)
    if (delivered.failure !== undefined && read.events.length > 0) return outcomeOf(delivered.failure)
    const settled = withoutRefused(read, delivered.refusal)
    try {
      await bury(settled, signal)
    } catch (error) {
      return outcomeOf(error)
    }
    return { type: 'ack', events: settled.events.map(({ id }) => id), faults: settled.faults }
  }

  return async (deliveries, signal) => {
    const readings = deliveries.map((delivery) => readDelivery(decode, delivery))
    const events = readings.flatMap((reading) => ('rejected' in reading ? [] : reading.events))
    const delivered = events.length > 0 ? await deliver(sink, events, signal) : {}
    return Promise.all(readings.map((reading) => settle(reading, delivered, signal)))
  }
}

type Readable = Decoded & { readonly delivery: Delivery }
type Reading = Readable | { readonly rejected: unknown }

const readDelivery = (decode: Decode, delivery: Delivery): Reading => {
  try {
    const { events, faults } = decode(delivery)
    return { delivery, events: traced(events, delivery), faults }
  } catch (error) {
    return error instanceof DecodeError ? { delivery, events: [], faults: [error] } : { rejected: error }
  }
}

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/

/** A trace that the caller began goes on with its events. */
const traced = (events: readonly CloudEvent[], { headers }: Delivery): readonly CloudEvent[] => {
  const { traceparent, tracestate } = headers
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return events
  return events.map((event) => ({ ...event, traceparent, ...(tracestate !== undefined && { tracestate }) }))
}

type Delivered = { readonly failure?: unknown; readonly refusal?: SinkRefusedError }

const deliver = async (
  sink: Sink,
  events: readonly CloudEvent[],
  signal: AbortSignal | undefined,
): Promise<Delivered> => {
  try {
    await sink.deliver(events, signal)
    return {}
  } catch (error) {
    return error instanceof SinkRefusedError ? { refusal: error } : { failure: error }
  }
}

const withoutRefused = (read: Readable, refusal: SinkRefusedError | undefined): Readable => {
  const refused = read.events.filter(({ id }) => refusal?.events.includes(id))
  if (refusal === undefined || refused.length === 0) return read
  const faults: readonly TidingsError[] = [...read.faults, refusal]
  return { ...read, events: read.events.filter((event) => !refused.includes(event)), faults }
}
