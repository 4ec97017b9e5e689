import { once } from 'node:events'
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'

export type ClientRequest = {
  readonly port: number
  readonly method?: string
  /** Goes into the request line as it is. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly agent?: Agent
}

export type ClientReply = {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request to a server on this machine. A connection of its own unless an agent is given. */
export const ask = async ({
  port,
  method = 'POST',
  path = '/',
  headers = {},
  body,
  agent,
}: ClientRequest): Promise<ClientReply> => {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const outgoing = request({
    port,
    host: '127.0.0.1',
    method,
    path,
    headers: { ...length, ...headers },
    agent: agent ?? false,
  })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage] // As Node documents the event.
  return { status: response.statusCode, headers: response.headers, body: await textOf(response) }
}

const textOf = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A connection on which anything can be said, right or wrong. */
export type RawConnection = {
  readonly socket: Socket
  send(text: string): void
  /** All that came, once it holds this. */
  until(text: string): Promise<string>
  /** All that came, once the server has closed. */
  readonly closed: Promise<string>
}

export const connectRaw = async (port: number): Promise<RawConnection> => {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  await once(socket, 'connect')
  let received = ''
  socket.on('data', (text) => {
    received += text
  })
  // A server that closes on us mid-sentence is what some tests are about.
  socket.on('error', () => {})
  const closed = once(socket, 'close').then(() => received)
  return {
    socket,
    send: (text) => socket.write(text),
    until: async (text) => {
      while (!received.includes(text)) {
        const ended = await Promise.race([once(socket, 'data').then(() => false), closed.then(() => true)])
        if (ended && !received.includes(text)) throw new Error(`closed before "${text}" came: ${received}`)
      }
      return received
    },
    closed,
  }
}
