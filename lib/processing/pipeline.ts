import { type Delivery, type DropReason, hasCaller, keepsRefused, type Outcome } from '../delivery.ts'
import { DecodeError, SinkRefusedError, SinkUnavailableError, type TidingsError } from '../errors.ts'
import type { Decode, Decoded } from '../events/decode.ts'
import type { CloudEvent } from '../schemas/cloudevent.ts'
import type { Redact } from '../secrets.ts'
import type { Sink } from '../sinks/sink.ts'
import { deadLetter } from './dead-letter.ts'
import { keyOf, type Memory } from './deduplicate.ts'
import { inOrder } from './in-order.ts'
import { outcomeOf } from './outcome.ts'

export type PipelineOptions = {
  readonly functionName: string
  readonly decode: Decode
  readonly sink: Sink
  readonly deadLetters: Sink
  /** Whether what cannot be understood goes back to a sender that keeps it, in place of the dead letters. */
  readonly returnsRefused: boolean
  /** Whether an event is wanted at all. */
  readonly wanted: (event: CloudEvent) => boolean
  readonly memory: Memory
  readonly redact: Redact
  readonly now: () => Date
}

export type Pipeline = (deliveries: readonly Delivery[], signal?: AbortSignal) => Promise<Outcome[]>

/**
 * Deliveries in, an outcome for each out, in the same order. All wanted events go to the sink in one call; then what could not
 * be read, or what the sink refuses for ever, goes to the dead letters. A delivery is acked once both have taken theirs.
 * The deliveries of an order group go one after the other.
 */
export const createPipeline = (options: PipelineOptions): Pipeline => {
  const { sink, deadLetters, memory } = options

  const bury = async ({ delivery, faults }: Reading, signal: AbortSignal | undefined): Promise<void> => {
    if (faults.length > 0)
      await deadLetters.deliver([deadLetter({ ...options, delivery, faults, time: options.now() })], signal)
  }

  const settle = async (read: Reading, delivered: Delivered, signal: AbortSignal | undefined): Promise<Outcome> => {
    if (read.rejected !== undefined) return outcomeOf(read.rejected)
    const { failure, failed } = delivered
    if (failure !== undefined && read.events.some((event) => isIn(event, failed))) return outcomeOf(failure)
    const settled = withoutRefused(read, delivered.refusal)
    for (const event of settled.events) memory.remember(event)
    const [fault] = settled.faults
    if (fault !== undefined && options.returnsRefused && keepsRefused(read.delivery)) return outcomeOf(fault)
    try {
      await bury(settled, signal)
    } catch (error) {
      return outcomeOf(error)
    }
    const { faults, dropped } = settled
    return { type: 'ack', events: settled.events.map(({ id }) => id), faults, dropped }
  }

  return inOrder(async (deliveries, signal) => {
    const readings = select(
      deliveries.map((delivery) => readDelivery(options.decode, delivery)),
      options,
    )
    const events = readings.flatMap((reading) => reading.events)
    const delivered = events.length > 0 ? await deliver(sink, events, signal) : {}
    return Promise.all(readings.map((reading) => settle(reading, delivered, signal)))
  })
}

type Reading = Required<Decoded> & { readonly delivery: Delivery; readonly rejected?: unknown }

const readDelivery = (decode: Decode, delivery: Delivery): Reading => {
  const nothing = { delivery, events: [], dropped: [] }
  try {
    const { events, faults, dropped = [] } = decode(delivery)
    return { delivery, events: traced(events, delivery), faults, dropped }
  } catch (error) {
    if (error instanceof DecodeError) return { ...nothing, faults: [error] }
    const outcome = outcomeOf(error)
    // Who is on the other side of a queue cannot be told; the message is kept for a person to look at.
    if (outcome.type === 'reject' && !hasCaller(delivery.origin)) return { ...nothing, faults: [outcome.error] }
    return { ...nothing, faults: [], rejected: error }
  }
}

/** Leaves out what nobody wants and what was handed on before, in an earlier call or earlier in this one. */
const select = (readings: readonly Reading[], { wanted, memory }: PipelineOptions): readonly Reading[] => {
  const here = new Set<string>()
  const judge = (event: CloudEvent): DropReason | undefined => {
    if (!wanted(event)) return 'filtered'
    const key = keyOf(event)
    if (memory.knows(event) || here.has(key)) return 'duplicate'
    here.add(key)
    return undefined
  }
  return readings.map((reading) => {
    const reasons = reading.events.map(judge)
    if (reasons.every((reason) => reason === undefined)) return reading
    return {
      ...reading,
      events: reading.events.filter((_, index) => reasons[index] === undefined),
      dropped: [...reading.dropped, ...reasons.filter((reason) => reason !== undefined)],
    }
  })
}

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/

/** A trace that the caller began goes on with its events. */
const traced = (events: readonly CloudEvent[], { headers }: Delivery): readonly CloudEvent[] => {
  const { traceparent, tracestate } = headers
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return events
  return events.map((event) => ({ ...event, traceparent, ...(tracestate !== undefined && { tracestate }) }))
}

type Delivered = {
  readonly failure?: unknown
  /** Of which events; absent: of all. */
  readonly failed?: readonly string[] | undefined
  readonly refusal?: SinkRefusedError
}

const deliver = async (
  sink: Sink,
  events: readonly CloudEvent[],
  signal: AbortSignal | undefined,
): Promise<Delivered> => {
  try {
    await sink.deliver(events, signal)
    return {}
  } catch (error) {
    if (error instanceof SinkRefusedError) return { refusal: error }
    return { failure: error, failed: error instanceof SinkUnavailableError ? error.events : undefined }
  }
}

const isIn = ({ id }: CloudEvent, ids: readonly string[] | undefined): boolean => ids?.includes(id) ?? true

const withoutRefused = (read: Reading, refusal: SinkRefusedError | undefined): Reading => {
  const refused = refusal === undefined ? [] : read.events.filter((event) => isIn(event, refusal.events))
  if (refusal === undefined || refused.length === 0) return read
  const faults: readonly TidingsError[] = [...read.faults, refusal]
  return { ...read, events: read.events.filter((event) => !refused.includes(event)), faults }
}
