import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { got } from '../../process/did-you-mean.ts'
import { ConfigError } from '../../process/errors.ts'
import { listen } from '../../process/listening.ts'

/** A notification as the gateway pushed it. */
export type Push = {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A server in the place of the function, for the pushes of probe objects. */
export type ProbeListener = {
  /**
   * The first push of a rule that has this text in its body. Call it before the object is put. Rejects when the signal aborts.
   */
  waitFor(text: string, rule: string, signal: AbortSignal): Promise<Push>
  close(): Promise<void>
}

/** How long events of others wait for their answer, which keeps a gateway from repeating them without a pause. */
const HOLD_MS = 1000
const MAX_BODY_BYTES = 1024 * 1024

/**
 * Listens where the endpoints of the document lead. It takes the events of probe objects. To all others it answers 503, so that
 * persistent topics keep them for the function.
 *
 * @param address `port` or `host:port`
 * @throws ConfigError where it cannot listen there
 */
export const openListener = async (address: string): Promise<ProbeListener> => {
  const waiting = new Map<(push: Push) => boolean, (push: Push) => void>()
  const texts = new Set<string>()
  const closing = new AbortController()

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length <= MAX_BODY_BYTES) chunks.push(chunk)
    }
    const { method = '', url = '', headers } = request
    const push = { method, url, headers, body: Buffer.concat(chunks) }
    if (![...texts].some((text) => push.body.includes(text))) {
      await pause(HOLD_MS, undefined, { signal: closing.signal }).catch(() => {})
      response.writeHead(503, { 'retry-after': '1' }).end()
      return
    }
    // 20.2.4 loses the next event of a plain topic on a connection that was closed meanwhile.
    response.writeHead(204, { connection: 'close' }).end()
    for (const [matches, resolve] of waiting) if (matches(push)) resolve(push)
  })

  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? []
  if (port === '' || Number(port) > 65_535)
    throw new ConfigError(`--listen must be a port up to 65535, or host:port${got(address)}`)
  await listen(server, `--listen ${address}`, Number(port), host)

  return {
    waitFor: async (text, rule, signal) => {
      texts.add(text)
      const matches = (push: Push): boolean => push.body.includes(text) && isOfRule(push, rule)
      const { promise, resolve, reject } = Promise.withResolvers<Push>()
      const stop = (): void => reject(signal.reason)
      waiting.set(matches, resolve)
      signal.addEventListener('abort', stop)
      try {
        if (signal.aborted) throw signal.reason
        return await promise
      } finally {
        waiting.delete(matches)
        signal.removeEventListener('abort', stop)
      }
    },
    close: async () => {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** A body that cannot be read may be of any rule. */
const isOfRule = ({ body }: Push, rule: string): boolean => {
  try {
    const { Records } = JSON.parse(body.toString()) as { Records: { s3: { configurationId: string } }[] } // Or it throws.
    return Records.some(({ s3 }) => s3.configurationId === rule)
  } catch {
    return true
  }
}
