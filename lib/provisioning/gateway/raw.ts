import type { Readable } from 'node:stream'

/** The part of the SDK's request that we change. */
export type RawRequest = {
  method: string
  query: Record<string, string>
  headers: Record<string, string>
  body: unknown
}

type Next = (args: { request: unknown }) => Promise<{ response: unknown }>

/** The part of a command's stack that we use; the SDK types each one by its input and output, which do not matter here. */
type Stack = Record<'add' | 'addRelativeTo', (middleware: (next: Next) => Next, options: object) => void>

/** An answer larger or slower than any gateway's. */
export class EndlessReplyError extends Error {
  override readonly name = 'EndlessReplyError'
}

/** Before 19 a gateway answers with all topics at once, about 1 kB each. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024

/**
 * Puts us between a command and the wire, since the SDK drops what only Ceph has: filters by metadata and tags in both
 * directions, the attributes of listed topics, the token of the next page, which stands outside the result.
 *
 * @param rewrite changes the request before its length, hash and signature are made
 * @param timeoutMs for reading the body of one reply, which the SDK's own timeouts leave out
 * @returns tells the body of the last reply
 */
export const intercept = (
  command: object,
  rewrite: (request: RawRequest) => void,
  timeoutMs: number,
): (() => string) => {
  const { middlewareStack } = command as { middlewareStack: Stack } // Every command has one.
  let body = ''

  middlewareStack.add(
    (next) => (args) => {
      rewrite(args.request as RawRequest) // Made by the SDK's HTTP serializer.
      return next(args)
    },
    { step: 'build', priority: 'high', name: 'tidingsRewrite' },
  )
  middlewareStack.addRelativeTo(
    (next) => async (args) => {
      body = ''
      const result = await next(args)
      const response = result.response as { body: Readable } // From the SDK's Node handler.
      const bytes = await readBounded(response.body, timeoutMs)
      Object.assign(response, { body: bytes })
      body = bytes.toString()
      return result
    },
    { relation: 'after', toMiddleware: 'deserializerMiddleware', name: 'tidingsReply' },
  )
  return () => body
}

const readBounded = async (body: Readable, timeoutMs: number): Promise<Buffer> => {
  const timer = setTimeout(() => body.destroy(new EndlessReplyError(`${timeoutMs} ms`)), timeoutMs)
  try {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > MAX_REPLY_BYTES) throw new EndlessReplyError(`${MAX_REPLY_BYTES} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(timer)
  }
}
