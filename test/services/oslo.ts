import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

type Context = Readonly<Record<string, unknown>>

export type OsloNotification = {
  exchange: string
  /** `messagingv2` wraps the message in `oslo.message`, `messaging` does not. */
  driver: 'messagingv2' | 'messaging'
  publisher_id: string | null
  priority: 'audit' | 'debug' | 'info' | 'warn' | 'error' | 'critical' | 'sample'
  context: Context
  event_type: string
  payload: unknown
  /** Of the transport URL, e.g. `kombu_compression=gzip`. */
  options?: string
}

export type OsloCast = { exchange: string; topic: string; method: string; context: Context; arguments: Context }

/**
 * Has a real oslo.messaging (Debian's) publish messages in their order, and resolves when they are out.
 *
 * @param url of the broker, `amqp://…`
 */
export async function publishWithOslo(url: string, messages: readonly (OsloNotification | OsloCast)[]): Promise<void> {
  const script = new URL('oslo-publisher.py', import.meta.url).pathname
  const child = spawn('/usr/bin/python3', [script, url.replace(/^amqp:/, 'rabbit:')], { stdio: 'pipe' })
  child.stdin.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
  const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (printed !== 'done\n') throw new Error(`oslo.messaging did not publish: ${errors}`)
}
