import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { readConfig } from '../../lib/config.ts'
import type { HttpV2Result } from '../../lib/envelopes/http-v2.ts'
import { SinkUnavailableError } from '../../lib/errors.ts'
import { toContext, toEvent, write } from '../../lib/hosts/exchange.ts'
import { openstackNotifications } from '../../lib/openstack-notifications.ts'
import { collectLog } from '../log-lines.ts'

export type FaultyFunction = {
  readonly url: string
  /** How often each event was handled, by its id. */
  readonly handled: ReadonlyMap<string, number>
  /** Ids of the messages that came redelivered, at least once. */
  readonly redelivered: ReadonlySet<string>
  /** Faults so far, by their kind. */
  readonly faults: Readonly<Record<Fault, number>>
  close(): Promise<void>
}

type Fault = (typeof FAULTS)[number]

const FAULTS = ['unavailable', 'failed', 'overloaded', 'cut'] as const

/**
 * The OpenStack function behind HTTP, handling nothing but counting, with the faults that a real one cannot be asked for:
 * its sink is away, it fails, something in front of it answers 429, or the connection is cut. A fault hits before anything
 * is handled. What is poison it never takes.
 *
 * @param faultRate how many of all requests, from 0 to 1
 */
export const startFaultyFunction = async (
  faultRate: number,
  isPoison: (id: string) => boolean,
): Promise<FaultyFunction> => {
  const handled = new Map<string, number>()
  const redelivered = new Set<string>()
  const faults = { unavailable: 0, failed: 0, overloaded: 0, cut: 0 }
  const handler = openstackNotifications({
    // It must not hide from us what comes twice.
    config: readConfig({ ALLOW_ANONYMOUS: 'true', DEDUPLICATE: '0', LOG_LEVEL: 'error' }),
    handle: ({ id }) => {
      if (isPoison(id)) throw new SinkUnavailableError('poison')
      handled.set(id, (handled.get(id) ?? 0) + 1)
    },
  })
  // Its errors are ours.
  collectLog('error')

  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    if (body === undefined) return
    if (request.headers['x-amqp-redelivered'] === 'true') redelivered.add(idIn(body))
    const fault = Math.random() < faultRate ? FAULTS[Math.floor(Math.random() * FAULTS.length)] : undefined
    if (fault !== undefined) faults[fault]++
    if (fault === 'cut') request.socket.destroy()
    else if (fault === 'unavailable') response.writeHead(503, { 'retry-after': '0' }).end()
    else if (fault === 'failed') response.writeHead(500).end()
    else if (fault === 'overloaded') response.writeHead(429).end()
    else write(response, (await handler(toEvent(request, body), toContext('faulty'))) as HttpV2Result) // As the host does.
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, // A string only for pipes.
    handled,
    redelivered,
    faults,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Of a notification, inside whatever envelopes. */
export const idIn = (body: Buffer): string => /message_id\\*": ?\\*"([^"\\]+)/.exec(body.toString())?.[1] ?? ''
