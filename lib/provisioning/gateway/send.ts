import type { RgwConnection } from './connection.ts'
import { RgwUnavailableError } from './gateway-errors.ts'
import { type Asked, endless, toRgwError } from './gateway-refusal.ts'
import { EndlessReplyError, intercept, type RawRequest } from './raw.ts'
import { parseXml, type XmlElement } from './xml.ts'

export type Question<Command extends object> = Pick<Asked, 'operation' | 'target' | 'suspects' | 'redact'> & {
  readonly command: Command
  /** Whether it changes something. */
  readonly write?: boolean
  readonly rewrite?: (request: RawRequest) => void
}

/** Sends commands through one of the SDK's clients: signed, retried, and answered by the reply as it came. */
export type Exchange<Command extends object> = (
  question: Question<Command>,
  signal: AbortSignal | undefined,
) => Promise<XmlElement | undefined>

export type OnRequest = (operation: string, write: boolean) => void

type Send<Command> = (command: Command, options: { readonly abortSignal?: AbortSignal }) => Promise<unknown>

export const createExchange =
  <Command extends object>(
    { endpoint, credentials, requestTimeoutMs }: RgwConnection,
    onRequest: OnRequest,
    send: Send<Command>,
  ): Exchange<Command> =>
  async ({ command, write = false, rewrite = () => {}, ...asked }, signal) => {
    const reply = intercept(command, rewrite, requestTimeoutMs)
    onRequest(asked.operation, write)
    try {
      await send(command, signal ? { abortSignal: signal } : {})
    } catch (error) {
      if (signal?.aborted) {
        throw new RgwUnavailableError(`${asked.operation} of ${asked.target}: stopped before it was answered`, {
          cause: signal.reason,
        })
      }
      if (error instanceof EndlessReplyError) throw endless(asked.operation, endpoint, error.message)
      throw toRgwError(error, reply(), { ...asked, endpoint, accessKeyId: credentials.accessKeyId })
    }
    return parseXml(reply())
  }
