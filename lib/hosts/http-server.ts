import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as TcpServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { HttpV2Result } from '../envelopes/http-v2.ts'
import type { FunctionHandler } from '../function.ts'
import type { Logger } from '../log.ts'
import { announcesTooMuch, readBody } from './body.ts'
import { splitUrl, toContext, toEvent, write } from './exchange.ts'
import type { HostMetrics } from './metrics.ts'
import { isTemporary, type Refusal, refuse } from './refusal.ts'

export type HostOptions = {
  readonly functions: ReadonlyMap<string, FunctionHandler>
  /** Serve the one function at every path, as OpenFaaS and Knative want. Otherwise each at `/<name>`. */
  readonly atAnyPath: boolean
  readonly maxBodyBytes: number
  /** Requests beyond are answered 503. RGW sends up to 1024 at once. */
  readonly maxInFlight: number
  /** For a request to arrive as a whole. */
  readonly requestTimeoutMs: number
  /**
   * How long 401 and 503 wait before they go out. RGW repeats a refused notification of a persistent topic at once, over
   * a thousand times a second, and has been seen to stop a topic's queue for good after some thousand repetitions.
   */
  readonly refusalDelayMs: number
  readonly metrics: HostMetrics
  readonly log: Logger
}

export type Host = {
  readonly server: Server
  /** Turns unready, keeps serving for `graceMs` while the platform looks elsewhere, finishes what is in flight, closes. */
  shutDown(graceMs: number): Promise<void>
}

export const ALIVE: ReadonlySet<string> = new Set(['/healthz', '/_/health', '/health/liveness'])
export const READY: ReadonlySet<string> = new Set(['/_/ready', '/health/readiness'])
const DELAYED = new Set([401, 503])
/** Longer than the idle time of the usual proxies, so that it is them who close. */
const KEEP_ALIVE_MS = 65_000

/** What a request that is still arriving at the end gets at least. */
const LEAST_LAST_TIMEOUT_MS = 1000

/** A result, a refusal, or nothing where nobody waits any more. */
type Answer = HttpV2Result | Refusal | undefined

/** Runs functions outside Lambda: an HTTP request becomes the event that a Function URL would send. */
export const createHost = (options: HostOptions): Host => {
  const { functions, metrics, log } = options
  const inFlight = new Map([...functions.keys()].map((name) => [name, 0]))
  let total = 0
  let draining = false
  metrics.observeInFlight(() => inFlight)

  const count = (name: string, change: 1 | -1): void => {
    total += change
    inFlight.set(name, (inFlight.get(name) ?? 0) + change)
  }

  const reply = (response: ServerResponse, result: HttpV2Result): void => {
    if (draining) response.shouldKeepAlive = false
    write(response, result)
  }

  const refuseWith = (response: ServerResponse, code: Refusal): void => {
    if (draining) response.shouldKeepAlive = false
    metrics.refused(code)
    if (isTemporary(code)) setTimeout(refuse, options.refusalDelayMs, response, code)
    else refuse(response, code)
  }

  const probe = (path: string, request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    if (path === '/metrics') metrics.serve(request, response)
    else if (ALIVE.has(path)) response.writeHead(200).end()
    else if (READY.has(path)) response.writeHead(draining ? 503 : 200).end()
    else return false
    return true
  }

  const invoke = async (name: string, handler: FunctionHandler, request: IncomingMessage): Promise<Answer> => {
    const body = await readBody(request, options.maxBodyBytes)
    if (body === 'aborted') return undefined
    if (body === 'too_large') return 'body_too_large'
    try {
      // The functions answer an HTTP event with an HTTP result: their envelope sees to it.
      return (await handler(toEvent(request, body), toContext(name))) as HttpV2Result
    } catch (error) {
      log.error({ function: name, error }, 'the function failed')
      return 'internal_error'
    }
  }

  const answer = (response: ServerResponse, result: Answer): void => {
    if (result === undefined) return
    if (typeof result === 'string') refuseWith(response, result)
    else if (DELAYED.has(result.statusCode)) setTimeout(reply, options.refusalDelayMs, response, result)
    else reply(response, result)
  }

  const admit = (path: string): Refusal | { readonly name: string; readonly handler: FunctionHandler } => {
    const name = options.atAnyPath ? ([...functions.keys()][0] ?? '') : path.replace(/^\/+|\/+$/g, '')
    const handler = functions.get(name)
    if (handler === undefined) return 'not_found'
    return total < options.maxInFlight ? { name, handler } : 'overloaded'
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (draining) response.shouldKeepAlive = false
    const [path] = splitUrl(request.url ?? '/')
    if (probe(path, request, response)) return
    const admitted = admit(path)
    if (typeof admitted === 'string') {
      refuseWith(response, admitted)
      return
    }
    const { name, handler } = admitted
    count(name, 1)
    invoke(name, handler, request).then((result) => {
      count(name, -1)
      answer(response, result)
    })
  }

  const server = createServer(
    {
      requestTimeout: options.requestTimeoutMs,
      headersTimeout: options.requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(1000, options.requestTimeoutMs),
    },
    handle,
  )
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (announcesTooMuch(request, options.maxBodyBytes)) refuseWith(response, 'body_too_large')
    else {
      response.writeContinue()
      handle(request, response)
    }
  })

  return {
    server,
    shutDown: async (graceMs) => {
      draining = true
      server.requestTimeout = Math.min(options.requestTimeoutMs, Math.max(graceMs, LEAST_LAST_TIMEOUT_MS))
      server.headersTimeout = server.requestTimeout
      await delay(graceMs)
      await new Promise<void>((resolve) => {
        // Not http's own close: that ends the watch over timeouts as well, and one silent client would be waited for for ever.
        TcpServer.prototype.close.call(server, () => resolve())
        server.closeIdleConnections()
      })
    },
  }
}
