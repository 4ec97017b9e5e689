import type { Readable } from 'node:stream'
import type { RgwConnection } from '../../gateway/gateway-connection.ts'
import { type Asked, endless, notAGateway, RgwUnavailableError, requestText, toRgwError } from './refusal.ts'
import { parseXml, type XmlElement } from './xml.ts'

export type Question<Command extends object, Result> = Pick<Asked, 'operation' | 'target' | 'suspects' | 'redact'> & {
  readonly command: Command
  /** Whether it changes something. */
  readonly write?: boolean
  readonly rewrite?: (request: RawRequest) => void
  /** Reads the reply; undefined where it is not one of a gateway. */
  readonly read: (reply: XmlElement | undefined) => Result | undefined
}

/** Sends commands through one of the SDK's clients, signed and retried, and reads the reply as it came. */
export type Exchange<Command extends object> = <Result>(
  question: Question<Command, Result>,
  signal: AbortSignal | undefined,
) => Promise<Result>

export type OnRequest = (operation: string, write: boolean) => void

type Send<Command> = (command: Command, options: { readonly abortSignal?: AbortSignal }) => Promise<unknown>

export const createExchange =
  <Command extends object>(
    { endpoint, credentials, requestTimeoutMs }: RgwConnection,
    onRequest: OnRequest,
    send: Send<Command>,
  ): Exchange<Command> =>
  async ({ command, write = false, rewrite = () => {}, read, ...asked }, signal) => {
    const reply = intercept(command, rewrite, requestTimeoutMs)
    onRequest(asked.operation, write)
    try {
      await send(command, signal ? { abortSignal: signal } : {})
    } catch (error) {
      if (signal?.aborted) {
        throw new RgwUnavailableError(`${requestText(asked)}: stopped before it was answered`, {
          cause: signal.reason,
        })
      }
      if (error instanceof EndlessReplyError) throw endless(asked.operation, endpoint, error.message)
      throw await toRgwError(error, reply(), { ...asked, endpoint, accessKeyId: credentials.accessKeyId })
    }
    const result = read(parseXml(reply()))
    if (result === undefined) throw notAGateway(asked.operation, endpoint, reply())
    return result
  }

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
 * Reads and changes the messages of a command itself, because the SDK drops the parts that only Ceph has: filters by metadata and
 * tags in both directions, the attributes of listed topics, and the token of the next page, which stands outside the result.
 *
 * @param rewrite changes the request before its length, hash and signature are made
 * @param timeoutMs for reading the body of one reply, which the SDK's own timeouts leave out
 * @returns a function that returns the body of the last reply
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

/** With 100 items a page, as RGW has them. */
const MAX_PAGES = 1000
const MAX_ITEMS = 100_000

export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken: string | undefined }

/**
 * All items of a list that comes in pages. It ends at a token that was there before: a gateway that answers with the same
 * ones again would be asked for ever.
 *
 * @param ask gives the page of a token, the first one of undefined
 * @param endless gives the error for a list that does not end
 */
export const allItems = async <Item>(
  ask: (token: string | undefined) => Promise<Page<Item>>,
  endless: (limit: string) => Error,
): Promise<Item[]> => {
  const items: Item[] = []
  const tokens = new Set<string | undefined>()
  let token: string | undefined
  do {
    tokens.add(token)
    if (tokens.size > MAX_PAGES) throw endless(`${MAX_PAGES} pages`)
    const page = await ask(token)
    if (items.length + page.items.length > MAX_ITEMS) throw endless(`${MAX_ITEMS} items`)
    for (const item of page.items) items.push(item)
    token = page.nextToken
  } while (!tokens.has(token) && token !== undefined)
  return items
}
