import type { IncomingMessage } from 'node:http'

/** Why there is no body: more than the limit came, or the client left half-way. */
export type NoBody = 'too_large' | 'aborted'

/**
 * Reads a request's body, counting what really comes: chunked bodies have no Content-Length, and others lie.
 * What comes after the limit is thrown away, so that the client gets to read its answer.
 */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<Buffer | NoBody> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve('too_large')
      }
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('close', () => resolve('aborted'))
    request.on('error', () => resolve('aborted'))
  })

/** Whether the client says itself that its body is too large; then it need not send it. */
export const announcesTooMuch = (request: IncomingMessage, maxBytes: number): boolean =>
  Number(request.headers['content-length'] ?? 0) > maxBytes
