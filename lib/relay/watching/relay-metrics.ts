import { metrics, type ObservableResult } from '@opentelemetry/api'
import type { RelayStatus, SourceStatus } from '../status.ts'

const STATES: readonly SourceStatus['state'][] = [
  'connecting',
  'waiting',
  'consuming',
  'paused',
  'blocked',
  'draining',
  'stopped',
]

/**
 * Measures of a relay, through the OpenTelemetry API, each by source. The counts are the relay's own, read at a scrape. To be
 * called once a process, after its meter provider was set up.
 */
export const measureRelay = (status: () => RelayStatus): void => {
  const meter = metrics.getMeter('tidings')

  const eachSource = (observe: (result: ObservableResult, source: SourceStatus, attributes: Attributes) => void) => {
    return (result: ObservableResult) => {
      const { sources } = status()
      const names = sourceNames(sources)
      for (const [index, source] of sources.entries()) observe(result, source, { source: names[index] ?? '' })
    }
  }
  const counter = (name: string, description: string, read: (source: SourceStatus) => number) =>
    meter
      .createObservableCounter(`tidings.relay.${name}`, { description })
      .addCallback(eachSource((result, source, attributes) => result.observe(read(source), attributes)))
  const gauge = (name: string, description: string, observe: Parameters<typeof eachSource>[0]) =>
    meter.createObservableGauge(`tidings.relay.${name}`, { description }).addCallback(eachSource(observe))

  counter('consumed', 'Messages taken from the queue, redelivered ones each time', ({ consumed }) => consumed)
  counter('acked', 'Messages that the function handled', ({ acked }) => acked)
  counter('retried', 'Messages put back for a later try', ({ retried }) => retried)
  counter('dead_lettered', 'Messages given to the dead-letter queue', ({ deadLettered }) => deadLettered)
  counter('dropped_rpc', 'Remote procedure calls, dropped unread', ({ droppedRpc }) => droppedRpc)
  counter('reconnects', 'Connections made again', ({ reconnects }) => reconnects)
  gauge('in_flight', 'Messages taken and not settled', (result, { inFlight }, attributes) =>
    result.observe(inFlight, attributes),
  )
  gauge('queue_depth', 'Messages ready in the queue, as last read', (result, { depth }, attributes) => {
    if (depth !== undefined) result.observe(depth, attributes)
  })
  gauge(
    'dead_letters',
    'Messages ready in the dead-letter queue, by the relay or by the broker, as last read',
    (result, { deadLetters }, attributes) => {
      if (deadLetters !== undefined) result.observe(deadLetters, attributes)
    },
  )
  gauge('state', '1 for the state that the source is in', (result, source, attributes) => {
    for (const state of STATES) result.observe(source.state === state ? 1 : 0, { ...attributes, state })
  })
}

type Attributes = { readonly source: string }

/** Two brokers may have a queue of one name in a virtual host of one name; a series belongs to one. */
const sourceNames = (sources: readonly SourceStatus[]): readonly string[] =>
  sources.map(({ name }, index) => {
    const before = sources.slice(0, index).filter((other) => other.name === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
