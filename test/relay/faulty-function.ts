import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Retry } from '../../lib/core/verdicts.ts'
import { callerOf } from '../../lib/hosts/request-exchange.ts'
import { toServed } from '../../lib/hosts/served.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import { createLogger } from '../../lib/process/log.ts'
import { collectLog } from '../log-lines.ts'

export type FaultyFunction = {
  readonly url: string
  /** How often each event was handled, by its id. */
  readonly handled: ReadonlyMap<string, number>
  /** Ids of the messages that came redelivered, at least once. */
  readonly redelivered: ReadonlySet<string>
  /** Every call so far, in order: the id of the message, and whether it was handled or refused for good. */
  readonly calls: readonly { readonly id: string; readonly isSettled: boolean }[]
  /** Faults so far, by their kind. */
  readonly faults: Readonly<Record<Fault, number>>
  /** While it is set, every request meets this fault. */
  outage: Fault | undefined
  close(): Promise<void>
}

export type Fault = (typeof FAULTS)[number]

const FAULTS = ['unavailable', 'failed', 'overloaded', 'cut'] as const

export type FaultyFunctionOptions = {
  /** How many of all requests meet a fault, from 0 to 1. */
  readonly faultRate: number
  /** Messages that are never taken: the function asks for them again each time. */
  readonly isPoison: (id: string) => boolean
  /** Messages that are asked for again so often before they are taken. */
  readonly retriesOf: (id: string) => number
}

/**
 * The OpenStack function behind HTTP, handling nothing but counting, with the faults that a real one cannot be asked for:
 * its sink is away, it fails, something in front of it answers 429, or the connection is cut. A fault hits before anything
 * is handled.
 */
export const startFaultyFunction = async (options: FaultyFunctionOptions): Promise<FaultyFunction> => {
  const { faultRate, isPoison, retriesOf } = options
  const handled = new Map<string, number>()
  const redelivered = new Set<string>()
  const retries = new Map<string, number>()
  const calls: { id: string; isSettled: boolean }[] = []
  const faults = { unavailable: 0, failed: 0, overloaded: 0, cut: 0 }
  const handler = openstack({
    // It must not hide from us what comes twice.
    config: readConfig({ ALLOW_ANONYMOUS: 'true', CLAIMS_URL: 'none:', LOG_LEVEL: 'error' }),
  }).otherwise(({ event: { id } }) => {
    if (isPoison(id)) throw new Retry()
    const before = retries.get(id) ?? 0
    if (before < retriesOf(id)) {
      retries.set(id, before + 1)
      throw new Retry()
    }
    handled.set(id, (handled.get(id) ?? 0) + 1)
  })
  assert.ok(handler.access, 'it has set up its log')
  // Its errors are ours.
  collectLog('error')
  const served = toServed({ name: 'faulty', handler, log: createLogger('faulty'), tokens: [], withoutToken: 'closed' })

  const faultNow = (): Fault | undefined =>
    faulty.outage ?? (Math.random() < faultRate ? FAULTS[Math.floor(Math.random() * FAULTS.length)] : undefined)

  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    if (body === undefined) return
    const id = idOf(body)
    if (request.headers['x-amqp-redelivered'] === 'true') redelivered.add(id)
    const fault = faultNow()
    if (fault === undefined) {
      const answer = await served.answer(callerOf(request), body)
      calls.push({ id, isSettled: answer.status < 500 })
      response.writeHead(answer.status, answer.headers).end(answer.body)
      return
    }
    calls.push({ id, isSettled: false })
    faults[fault]++
    if (fault === 'cut') request.socket.destroy()
    else if (fault === 'unavailable') response.writeHead(503, { 'retry-after': '0' }).end()
    else if (fault === 'failed') response.writeHead(500).end()
    else response.writeHead(429).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const faulty: FaultyFunction = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, // A string only for pipes.
    handled,
    redelivered,
    calls,
    faults,
    outage: undefined,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return faulty
}

/** Of a notification, inside whatever envelopes. */
export const idIn = (body: Buffer): string => /message_id\\*": ?\\*"([^"\\]+)/.exec(body.toString())?.[1] ?? ''

/** Of the CloudEvent that holds it. What is not JSON is in there as base64. */
const idOf = (body: Buffer): string =>
  idIn(body) || idIn(Buffer.from(/"data_base64": ?"([^"]+)/.exec(body.toString())?.[1] ?? '', 'base64'))
