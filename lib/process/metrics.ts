import { metrics, type ObservableCallback } from '@opentelemetry/api'
import type { DropReason, Outcome } from '../core/delivery.ts'

/**
 * Measures of a function, through the OpenTelemetry API: nothing is kept, and next to nothing spent, unless the process
 * has set up a meter provider before (our host does; so does a Lambda layer). Counts are kept here and read at a scrape,
 * because an OpenTelemetry counter costs microseconds a call.
 */
export const createMeasures = (functionName: string): ((outcome: Outcome, durationSeconds: number) => void) => {
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
  counter('tidings.dropped', 'Parts in good order that led to no event, by reason', (result) => {
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
