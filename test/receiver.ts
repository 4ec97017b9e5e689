import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { CloudEvent } from '../lib/core/cloudevent.ts'

export type ReceivedRequest = {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly bytes: Buffer
  readonly socket: Socket
}

/** `hang` never answers. */
export type ReceiverAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'hang'

export type Receiver = {
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** Those that were answered well. */
  taken(): readonly ReceivedRequest[]
  /** Says how each request is answered; 204 unless changed. */
  answer: (request: ReceivedRequest, index: number) => ReceiverAnswer | Promise<ReceiverAnswer>
  /** The events that were taken, from structured and batched requests. */
  events(): CloudEvent[]
  close(): Promise<void>
}

/** A real HTTP server on loopback that receives events and remembers all that came. */
export const startReceiver = async (): Promise<Receiver> => {
  const requests: ReceivedRequest[] = []
  const taken: ReceivedRequest[] = []

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url, headers, socket } = request
    const bytes = Buffer.concat(chunks)
    const received = { method, url, headers, body: bytes.toString(), bytes, socket }
    const answer = await receiver.answer(received, requests.push(received) - 1)
    if (answer === 'hang') return
    if (answer.status < 300) taken.push(received)
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, // A string only for pipes.
    requests,
    taken: () => taken,
    answer: () => ({ status: 204 }),
    events: () => taken.flatMap(({ body }) => JSON.parse(body)),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return receiver
}
