import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as TcpServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { indirectness } from '../core/access.ts'
import { type Caller, describeCaller } from '../core/delivery.ts'
import type { Logger } from '../process/log.ts'
import type { Refusal } from './answering.ts'
import { createAnswering } from './answering.ts'
import type { HostMetrics } from './host-metrics.ts'
import type { LambdaReply } from './lambda-call.ts'
import { boundBody, createByteBudget, isWithin, readBody } from './request-body.ts'
import { callerOf, functionNameIn } from './request-exchange.ts'
import type { Served } from './served.ts'

export type HostOptions = {
  readonly functions: ReadonlyMap<string, Served>
  /** Serve the one function at every path, as OpenFaaS and Knative want. Otherwise each at `/<name>`. */
  readonly atAnyPath: boolean
  readonly maxBodyBytes: number
  /** Requests beyond are answered 503. RGW sends up to 1024 at once. */
  readonly maxInFlight: number
  /** The limit for all bodies that are being read or handled. A request whose body does not fit is answered 503. */
  readonly maxBytesInFlight: number
  /** The time in which a whole request has to arrive. */
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
  /** Turns unready, keeps serving for `graceMs` until the platform sends no more requests, finishes those in flight, and closes. */
  shutDown(graceMs: number): Promise<void>
}

type Found = { readonly name: string; readonly served: Served }

export const ALIVE: ReadonlySet<string> = new Set(['/healthz', '/_/health', '/health/liveness'])
export const READY: ReadonlySet<string> = new Set(['/_/ready', '/health/readiness'])
/** How much of a refused body is read and dropped, for its sender to read the answer. */
const DROPPED_BYTES = 8 * 1_048_576
const NO_BODY = Buffer.alloc(0)
/** Longer than the idle time of the usual proxies, so that they close the connection first. */
const KEEP_ALIVE_MS = 65_000

/** The time that a request which is still arriving during shutdown gets at least. */
const LEAST_LAST_TIMEOUT_MS = 1000

/** Runs functions outside Lambda. */
export const createHost = (options: HostOptions): Host => {
  const { functions, metrics, log } = options
  const inFlight = new Map([...functions.keys()].map((name) => [name, 0]))
  const budget = createByteBudget(options.maxBytesInFlight)
  const answer = createAnswering({ ...options, isDraining: () => draining })
  const isLocalOnly = [...functions.values()].some(({ access }) => access.guard === 'address')
  const [only = ''] = functions.keys()
  let total = 0
  let draining = false
  metrics.observeInFlight(() => inFlight)

  const count = (name: string, change: 1 | -1): void => {
    total += change
    inFlight.set(name, (inFlight.get(name) ?? 0) + change)
  }

  const refuseIndirect = (response: ServerResponse, { origin }: Caller): void => {
    log.warn(
      describeCaller(origin),
      'refused: no secret is set, so only programs on this machine may call, and not through a proxy. Set AUTH_TOKENS to let others call',
    )
    answer(response, 'unauthorized')
  }

  const probe = (caller: Caller, request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, path } = caller.origin
    if (method !== 'GET' && method !== 'HEAD') return false
    if (path === '/metrics') {
      if (isLocalOnly && indirectness(caller) !== undefined) refuseIndirect(response, caller)
      else metrics.serve(request, response)
    } else if (ALIVE.has(path)) response.writeHead(200).end()
    else if (READY.has(path)) response.writeHead(draining ? 503 : 200).end()
    else return false
    return true
  }

  const find = (path: string): Refusal | Found => {
    const name = options.atAnyPath ? only : functionNameIn(path)
    const served = functions.get(name)
    if (served === undefined) return 'not_found'
    return total < options.maxInFlight ? { name, served } : 'overloaded'
  }

  const handle = async (request: IncomingMessage, response: ServerResponse, onStart: () => void): Promise<void> => {
    if (draining) response.shouldKeepAlive = false
    if (!isWithin(request, options.maxBodyBytes)) boundBody(request, response, options.maxBodyBytes + DROPPED_BYTES)
    const caller = callerOf(request)
    if (probe(caller, request, response)) return
    const found = find(caller.origin.path)
    if (typeof found === 'string') return answer(response, found)
    const { name, served } = found
    const isPost = request.method === 'POST'
    const isRefused = served.access.refusalOf(caller) !== undefined
    if (!isPost && isRefused && served.access.guard === 'address') return refuseIndirect(response, caller)

    const lease = budget.lease()
    count(name, 1)
    // Without its body, the function refuses the caller or the method, and says why.
    const body =
      (isPost || served.takesAnyMethod) && !isRefused
        ? await readBody(request, { maxBytes: options.maxBodyBytes, lease, onStart })
        : NO_BODY
    const result = typeof body === 'string' ? body : await invoke(found, caller, body)
    lease.release()
    count(name, -1)
    if (result !== 'aborted') answer(response, result)
  }

  const invoke = async ({ name, served }: Found, caller: Caller, body: Buffer): Promise<LambdaReply | Refusal> => {
    try {
      return await served.answer(caller, body)
    } catch (error) {
      log.error({ function: name, error }, 'the function failed')
      return 'internal_error'
    }
  }

  const server = createServer(
    {
      requestTimeout: options.requestTimeoutMs,
      headersTimeout: options.requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(1000, options.requestTimeoutMs),
    },
    (request, response) => handle(request, response, () => {}),
  )
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    handle(request, response, () => response.writeContinue()),
  )

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
