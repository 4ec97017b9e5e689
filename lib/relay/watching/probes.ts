import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ALIVE, READY } from '../../hosts/http-server.ts'
import { splitUrl } from '../../hosts/request-exchange.ts'
import type { RelayStatus, SourceStatus } from '../status.ts'

export type ProbesOptions = {
  readonly status: () => RelayStatus
  /** Answers a scrape. */
  readonly serveMetrics: (request: IncomingMessage, response: ServerResponse) => void
}

/**
 * Probes and metrics of a relay, at the paths that the host has them at. Alive: it answers. Ready: it consumes, at every
 * source, or would if the function or the broker let it; the body says how each source is.
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
