import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type StandInRequest = {
  /** Method and path with query, e.g. `GET /v2.0/ports?device_id=1`. */
  readonly line: string
  readonly headers: Readonly<Record<string, unknown>>
  /** Parsed. Undefined if there is none. Its shape is that of the API. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of a body, it asserts on
  readonly body: any
}

export type StandInAnswer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type StandIn = AsyncDisposable & { readonly url: string; readonly requests: readonly StandInRequest[] }

/** Stands in for the JSON API of another program, on loopback. */
export const startStandIn = async (answer: (request: StandInRequest) => StandInAnswer): Promise<StandIn> => {
  const requests: StandInRequest[] = []
  const server = createServer(async (incoming, response) => {
    const { method, url, headers } = incoming
    const sent = await text(incoming)
    const request = { line: `${method} ${url}`, headers, body: sent === '' ? undefined : JSON.parse(sent) }
    requests.push(request)
    const { status, headers: answered = {}, body } = answer(request)
    response.writeHead(status, answered).end(body === undefined ? undefined : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // A string only for pipes.
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
