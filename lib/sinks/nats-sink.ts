import { readFile } from 'node:fs/promises'
import { unescape as percentDecode } from 'node:querystring'
import type { JetStreamClient } from '@nats-io/jetstream'
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node'
import { percentEncoded } from '../cloudevents/http-message.ts'
import { prefixed } from '../cloudevents/prefixed-message.ts'
import { keyOf } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { Sink } from '../core/sink.ts'
import {
  type Answer,
  type AttemptOptions,
  codeOf,
  createClientSink,
  misconfigured,
  placeOf,
  refused,
  tooLarge,
  unavailable,
} from './attempts.ts'
import { createConnection, hostsOf } from './connection.ts'
import { loadPeer } from './load-peer.ts'
import type { Parameters } from './sink-parameters.ts'

type Open = { readonly nats: NatsConnection; readonly stream: JetStreamClient; readonly headers: () => MsgHdrs }

/** A stream drops a second message with the same id, within its window. */
const ID = 'Nats-Msg-Id'
/** Bytes. A server closes the connection on a longer line (max_control_line, 4096), which also has the subject of the answer and sizes. */
const MAX_SUBJECT = 3900
/** `NATS/1.0`, and the line ends around the headers. */
const HEAD_BYTES = 12

/** Publishes each event to JetStream, on a subject that ends with its type, and waits for the stream's acknowledgement. */
export const createNatsSink = (url: URL, parameters: Parameters<'nats:'>, options: AttemptOptions): Sink => {
  const { subject, mode } = parameters
  const where = placeOf(url)
  const connection = createConnection<Open>(
    (lost) => connect(url, parameters, options.timeoutMs, lost),
    ({ nats }) => nats.close(),
  )

  const publish = async ({ nats, stream, headers }: Open, event: CloudEvent): Promise<Answer> => {
    const to = `${subject}.${subjectPart(event.type)}`
    const subjectBytes = Buffer.byteLength(to)
    if (subjectBytes > MAX_SUBJECT) return tooLarge(`${where}: the type in the subject`, subjectBytes, MAX_SUBJECT)
    const { body, contentType, headers: attributes } = prefixed(event, mode, 'ce-')
    const all = headers()
    let size = HEAD_BYTES + body.length
    const add = (name: string, value: string): void => {
      const encoded = percentEncoded(value)
      size += name.length + encoded.length + 4
      all.append(name, encoded)
    }
    for (const [name, value] of Object.entries(attributes)) add(name, value)
    add('content-type', contentType)
    add(ID, keyOf(event))
    try {
      await stream.publish(to, body, { headers: all, timeout: options.timeoutMs })
      return undefined
    } catch (error) {
      return answerOf(`${where} subject ${to}`, error, size, nats.info?.max_payload)
    }
  }

  return createClientSink(
    {
      where,
      send: async (events, tell, isOver) => {
        const open = await connection.get()
        if (isOver()) return
        await Promise.all(events.map(async (event, index) => tell(index, await publish(open, event))))
      },
      close: connection.close,
    },
    options,
  )
}

/** JetStream's code for a message that is larger than the stream's max_msg_size. */
const MESSAGE_TOO_LARGE = 10_054
/** JetStream stores at most 64 kB of headers. */
const HEADERS_TOO_LARGE = 10_097

const answerOf = (where: string, error: unknown, size: number, limit = Number.POSITIVE_INFINITY): Answer => {
  if (size > limit) return tooLarge(where, size, limit)
  const { name = '', code } = error as { readonly name?: string; readonly code?: unknown } // Whatever the client throws.
  if (code === MESSAGE_TOO_LARGE)
    return refused(`${where}: the event takes ${size} bytes, more than the stream's max_msg_size`)
  if (code === HEADERS_TOO_LARGE)
    return refused(`${where}: the attributes of the event take more than 64 kB as headers`)
  // The client takes an answer by nobody for a server without JetStream.
  if (name === 'JetStreamNotEnabled')
    return misconfigured(`${where}: no stream takes this subject: create one that does`, error)
  if (name === 'PermissionViolationError') return misconfigured(`${where}: this user may not publish`, error)
  return unavailable(`${where}: the event was not acknowledged (${codeOf(error)})`, error)
}

/** Nothing in a part of a subject may be empty, a blank, or a wildcard. */
const subjectPart = (type: string): string => type.replaceAll(/[\s*>]/g, '_').replaceAll(/(?<=^|\.)(?=\.|$)/g, '_')

const connect = async (
  url: URL,
  { tls, ca }: Parameters<'nats:'>,
  timeoutMs: number,
  lost: () => void,
): Promise<Open> => {
  const [{ connect, headers }, { jetstream }] = await Promise.all([
    loadPeer<typeof import('@nats-io/transport-node')>('@nats-io/transport-node', url),
    loadPeer<typeof import('@nats-io/jetstream')>('@nats-io/jetstream', url),
  ])
  try {
    const nats = await connect({
      servers: hostsOf(url, 4222).map(({ host, port }) => `${host}:${port}`),
      name: 'tidings sink',
      timeout: timeoutMs,
      // The next attempt connects.
      reconnect: false,
      // Otherwise the client takes two stack traces for each message, which is a third of its time.
      noAsyncTraces: true,
      ...(url.username !== '' && { user: percentDecode(url.username), pass: percentDecode(url.password) }),
      ...((tls || ca !== undefined) && { tls: ca === undefined ? {} : { ca: await readFile(ca, 'utf8') } }),
    })
    nats.closed().then(lost)
    return { nats, stream: jetstream(nats), headers }
  } catch (error) {
    if (error instanceof Error && error.name === 'AuthorizationError')
      throw misconfigured(`${placeOf(url)}: the server refuses the user name or the password`, error).error
    throw error
  }
}
