import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { metrics, type ObservableResult } from '@opentelemetry/api'
import { ALIVE, READY } from '../../hosts/http-server.ts'
import { splitUrl } from '../../hosts/request-exchange.ts'
import type { RelayStatus, SourceStatus } from '../status.ts'

export type ProbesOptions = {
  readonly status: () => RelayStatus
  /** Answers a scrape. */
  readonly serveMetrics: (request: IncomingMessage, response: ServerResponse) => void
}

/**
 * Probes and metrics of a relay, at the same paths as those of the host. The relay is alive if it answers. It is ready if
 * every source consumes, or would if the function or the broker let it. The body names the state of each source.
 */
export const createProbes = ({ status, serveMetrics }: ProbesOptions): Server =>
  createServer((request, response) => {
    const [path] = splitUrl(request.url ?? '/')
    if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end()
    else if (path === '/metrics') serveMetrics(request, response)
    else if (ALIVE.has(path)) response.writeHead(200).end()
    else if (READY.has(path)) tellReadiness(response, status())
    else response.writeHead(404).end()
  })

const UNREADY: ReadonlySet<SourceStatus['state']> = new Set(['connecting', 'draining', 'stopped'])

const tellReadiness = (response: ServerResponse, { sources }: RelayStatus): void => {
  const isReady = sources.every(({ state }) => !UNREADY.has(state))
  response.writeHead(isReady ? 200 : 503, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ sources: sources.map(({ name, state }) => ({ name, state })) }))
}

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
 * Metrics of a relay, through the OpenTelemetry API, each by source. A scrape reads the relay's own counts. Call it once in a
 * process, after the meter provider was set up.
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

/** Two brokers may have the same virtual host and queue. Each gets a series of its own. */
const sourceNames = (sources: readonly SourceStatus[]): readonly string[] =>
  sources.map(({ name }, index) => {
    const before = sources.slice(0, index).filter((other) => other.name === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
