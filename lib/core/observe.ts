import { metrics, type ObservableCallback } from '@opentelemetry/api'
import { toReasons } from '../process/errors.ts'
import type { Logger } from '../process/log.ts'
import { type Delivery, type DropReason, describeCaller, type Outcome } from './delivery.ts'
import { isRetry } from './verdicts.ts'

/** Logs and measures what became of deliveries. `startedAt` is of process.hrtime.bigint(): `performance` costs milliseconds the first time. */
export type Observe = (outcomes: readonly Outcome[], deliveries: readonly Delivery[], startedAt: bigint) => void

/** One log line and one set of measures for each outcome. */
export const createObserve = (functionName: string, log: Logger): Observe => {
  const measure = createMeasures(functionName)
  return (outcomes, deliveries, startedAt) => {
    const durationMs = Number(process.hrtime.bigint() - startedAt) / 1e6
    const common = { function: functionName, durationMs: Math.round(durationMs * 1000) / 1000 }
    for (const [index, outcome] of outcomes.entries()) {
      measure(outcome, durationMs / 1000)
      report(log, outcome, common, deliveries[index])
    }
  }
}

type Common = { readonly function: string; readonly durationMs: number }

const report = (log: Logger, outcome: Outcome, common: Common, delivery: Delivery | undefined): void => {
  switch (outcome.type) {
    case 'ack': {
      const { events, faults, dropped } = outcome
      const fields = { ...common, outcome: 'ack', events, dropped }
      if (faults.length > 0) {
        const { reasons: deadLetters, ...count } = toReasons(faults)
        const isWhole = events.length === 0 && dropped.length === 0
        const message = isWhole ? 'set aside as a dead letter' : 'set aside in part as a dead letter'
        log.warn({ ...fields, deadLetters, ...count }, message)
      } else if (dropped.includes('duplicate')) log.info(fields, events.length === 0 ? SEEN_BEFORE : PARTLY_SEEN)
      else log.debug(fields, 'handled')
      return
    }
    case 'answer':
      log.info({ ...common, outcome: 'answer', status: outcome.status }, 'answered')
      return
    case 'reject':
      log.warn({ ...common, ...from(delivery), outcome: 'reject', error: outcome.error }, 'refused')
      return
    case 'retry': {
      const fields = { ...common, outcome: 'retry', error: outcome.error }
      if (isRetry(outcome.error)) log.warn(fields, 'the handler asked for a retry')
      else log.error(fields, 'not handled: the sender has to send it again')
      return
    }
  }
}

/** A person who tries the same notification twice reads here why no event follows. */
const SEEN_BEFORE = 'seen before: these events have already been handled, and are not repeated (CLAIMS_URL)'
const PARTLY_SEEN = 'handled; events that have already been handled are not repeated (CLAIMS_URL)'

const from = (delivery: Delivery | undefined): object =>
  delivery?.origin.kind === 'http' ? describeCaller(delivery.origin) : {}

/**
 * Measures of a function, through the OpenTelemetry API: nothing is kept, and next to nothing spent, unless the process
 * has set up a meter provider before (our host does; so does a Lambda layer). Counts are kept here and read at a scrape,
 * because an OpenTelemetry counter costs microseconds a call.
 */
const createMeasures = (functionName: string): ((outcome: Outcome, durationSeconds: number) => void) => {
  const attributes = { function: functionName }
  const outcomes = { ack: 0, retry: 0, reject: 0, answer: 0 }
  let events = 0
  let deadLetters = 0
  const drops: Record<DropReason, number> = { rpc: 0, filtered: 0, duplicate: 0 }

  const meter = metrics.getMeter('tidings')
  const counter = (name: string, description: string, observe: ObservableCallback) =>
    meter.createObservableCounter(name, { description }).addCallback(observe)
  counter('tidings.deliveries', 'Deliveries, by outcome', (result) => {
    for (const [outcome, count] of Object.entries(outcomes)) result.observe(count, { ...attributes, outcome })
  })
  counter('tidings.events', 'Events handed to the sink', (result) => result.observe(events, attributes))
  counter('tidings.dead_letters', 'Parts set aside, with their reason', (result) =>
    result.observe(deadLetters, attributes),
  )
  counter('tidings.dropped', 'Valid parts that led to no event, by reason', (result) => {
    for (const [reason, count] of Object.entries(drops)) result.observe(count, { ...attributes, reason })
  })
  const duration = meter.createHistogram('tidings.delivery.duration_seconds', {
    description: 'From the platform event to its reply',
    advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
  })

  return (outcome, durationSeconds) => {
    outcomes[outcome.type] += 1
    duration.record(durationSeconds, attributes)
    if (outcome.type !== 'ack') return
    events += outcome.events.length
    deadLetters += outcome.faults.length
    for (const reason of outcome.dropped) drops[reason] += 1
  }
}
