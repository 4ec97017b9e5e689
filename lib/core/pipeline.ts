import { type DecodeError, hasCode, type SinkRefusedError } from '../process/errors.ts'
import type { Redact } from '../process/secrets.ts'
import { NEVER, unlessAborted } from '../process/unless-aborted.ts'
import type { Claims } from './claims.ts'
import type { CloudEvent } from './cloudevent.ts'
import { type DeadLetterSource, deadLetter } from './dead-letter.ts'
import type { Decode, Decoded } from './decoder.ts'
import { type Delivery, type DropReason, hasCaller, keepsRefused, type Outcome, takesReply } from './delivery.ts'
import { createHandOn, type HandedOn } from './hand-on.ts'
import { inOrder } from './in-order.ts'
import type { Replied, Sink } from './sink.ts'
import { traced } from './trace.ts'
import { isSetAside, outcomeOf, type SetAside } from './verdicts.ts'

export type PipelineOptions = {
  readonly functionName: string
  readonly decode: Decode
  readonly sink: Sink
  readonly deadLetters: Sink
  /** Takes the dead letters that `deadLetters` refuses for ever. */
  readonly lastResort: Sink
  /** Whether a message that cannot be understood goes back to a sender that keeps it, instead of to the dead letters. */
  readonly returnsRefused: boolean
  /** Whether an event is wanted at all. */
  readonly wanted: (event: CloudEvent) => boolean
  /** Undefined: the same event may be handled several times. */
  readonly claims: Claims | undefined
  readonly redact: Redact
  readonly now: () => Date
}

export type Pipeline = (deliveries: readonly Delivery[], signal?: AbortSignal) => Promise<Outcome[]>

/**
 * Takes deliveries and returns an outcome for each, in the same order. All wanted events go to the sink in one call. Then
 * messages that could not be read, and events that the sink refuses for ever, go to the dead letters. A delivery is acked once
 * both have taken their part.
 * The deliveries of an order group go one after the other.
 *
 * Once the signal aborts, it returns the outcomes that are known so far.
 */
export const createPipeline = (options: PipelineOptions): Pipeline => {
  const handOn = createHandOn(options)

  const bury = async (
    delivery: Delivery,
    { faults, refused }: Required<Pick<DeadLetterSource, 'faults' | 'refused'>>,
    signal: AbortSignal | undefined,
  ) => {
    const letter = deadLetter({ ...options, delivery, faults, refused, time: options.now() })
    try {
      await unlessAborted(options.deadLetters.deliver([letter], signal), signal)
    } catch (error) {
      if (!hasCode<SinkRefusedError>(error, 'sink_refused')) throw error
      await unlessAborted(options.lastResort.deliver([letter], signal), signal)
    }
  }

  /** The outcome of a delivery. It is a promise only if there are dead letters to write: a promise for each delivery costs more than the rest. */
  const settle = (
    reading: Reading,
    handedOn: ReadonlyMap<CloudEvent, HandedOn>,
    signal: AbortSignal | undefined,
  ): Outcome | Promise<Outcome> => {
    if (reading.rejected !== undefined) return outcomeOf(reading.rejected)
    const events: string[] = []
    const dropped = [...reading.dropped]
    const faults = [...reading.faults]
    const refused: string[] = []
    let replied: Replied | undefined
    for (const event of reading.events) {
      const fate = handedOn.get(event)
      if (fate === 'taken') events.push(event.id)
      else if (fate === 'duplicate') dropped.push('duplicate')
      else if (fate !== undefined && 'reply' in fate) {
        events.push(event.id)
        replied = fate
      } else if (isForEver(fate?.error)) {
        faults.push(fate.error)
        refused.push(event.id)
      } else return outcomeOf(fate?.error)
    }
    const ack: Outcome = replied
      ? { type: 'ack', events, faults, dropped, ...replied }
      : { type: 'ack', events, faults, dropped }
    const [fault] = faults
    if (fault === undefined) return ack
    if (options.returnsRefused && keepsRefused(reading.delivery)) return outcomeOf(fault)
    return bury(reading.delivery, { faults, refused }, signal).then(() => ack, outcomeOf)
  }

  return inOrder(async (deliveries, given) => {
    const signal = given === NEVER ? undefined : given
    const readings = deliveries.map((delivery) => select(read(options.decode, delivery), options.wanted))
    const forReply = readings.filter(isForOneReply)
    const replyTo = forReply.length > 0 ? new Set(eventsOf(forReply)) : undefined
    const handedOn = await handOn(eventsOf(readings), signal, replyTo)
    const outcomes = readings.map((reading) => settle(reading, handedOn, signal))
    return outcomes.every(isKnown) ? outcomes : Promise.all(outcomes)
  })
}

const isKnown = (outcome: Outcome | Promise<Outcome>): outcome is Outcome => !(outcome instanceof Promise)

const eventsOf = (readings: readonly Reading[]): readonly CloudEvent[] => {
  const [only] = readings
  return only !== undefined && readings.length === 1 ? only.events : readings.flatMap(({ events }) => events)
}

/** Whether another try would end the same. */
const isForEver = (error: unknown): error is SinkRefusedError | SetAside =>
  hasCode<SinkRefusedError>(error, 'sink_refused') || isSetAside(error)

type Reading = Required<Decoded> & { readonly delivery: Delivery; readonly rejected?: unknown }

const read = (decode: Decode, delivery: Delivery): Reading => {
  const nothing = { delivery, events: [], dropped: [] }
  try {
    const { events, faults, dropped = [] } = decode(delivery)
    return { delivery, events: traced(events, delivery), faults, dropped }
  } catch (error) {
    if (hasCode<DecodeError>(error, 'decode_failed')) return { ...nothing, faults: [error] }
    const outcome = outcomeOf(error)
    // A queue has no caller who could read an answer, so the message is kept for a person.
    if (outcome.type === 'reject' && !hasCaller(delivery.origin)) return { ...nothing, faults: [outcome.error] }
    return { ...nothing, faults: [], rejected: error }
  }
}

/** An answer has room for one event. */
const isForOneReply = ({ delivery, events }: Reading): boolean =>
  events.length === 1 && delivery.origin.kind === 'http' && takesReply(delivery.headers)

/** Leaves out events that are not wanted. */
const select = (reading: Reading, wanted: PipelineOptions['wanted']): Reading => {
  const events = reading.events.filter(wanted)
  const unwanted = reading.events.length - events.length
  if (unwanted === 0) return reading
  return { ...reading, events, dropped: [...reading.dropped, ...Array<DropReason>(unwanted).fill('filtered')] }
}
