import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClientReply } from '../http-client.ts'
import { freePorts } from '../services/ports.ts'

export type Balancer = {
  readonly url: string
  /** Answers that it did not pass on. */
  answersLost(): number
  /** Resolves once no request is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

type Forward = (body: string, headers: Readonly<Record<string, string>>) => Promise<ClientReply | undefined>

/** One of so many answers is lost on its way. */
const LOSS = 50
/** A gateway of 16.2.15 repeats at once, and after some thousand failures its queue may stop. */
const LOSS_DELAY_MS = 100

/**
 * An HTTP load balancer in front of hosts, as far as a storm needs one: it passes each request to one of them, so many at once as
 * `limit` says, and ends the connection where there is no answer, or where the answer is lost. Then the gateway sends it again.
 */
export const startBalancer = async (forward: Forward, limit: number): Promise<Balancer> => {
  const waiting: (() => void)[] = []
  let underWay = 0
  let lost = 0
  let idle = Promise.withResolvers<void>()
  idle.resolve()

  const enter = async (): Promise<void> => {
    if (underWay === 0) idle = Promise.withResolvers()
    if (++underWay > limit) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const leave = (): void => {
    underWay--
    waiting.shift()?.()
    if (underWay === 0) idle.resolve()
  }

  const server = createServer(async (request, response) => {
    await enter()
    const { 'content-type': type = '', authorization = '' } = request.headers
    // Where the gateway gave up, its request has only begun.
    const body = await text(request).catch(() => undefined)
    const reply = body === undefined ? undefined : await forward(body, { 'content-type': type, authorization })
    leave()
    const isLost = reply !== undefined && Math.random() < 1 / LOSS
    if (isLost) lost++
    if (reply !== undefined && !isLost) return void response.writeHead(reply.status ?? 502).end()
    await delay(LOSS_DELAY_MS)
    response.destroy()
  })
  const [port = 0] = await freePorts(1)
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${port}`,
    answersLost: () => lost,
    idle: () => idle.promise,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
