import type { ServerResponse } from 'node:http'
import type { HostMetrics } from './host-metrics.ts'
import type { LambdaReply } from './lambda-call.ts'

/** The answers that the host gives without calling a function. */
const refusals = {
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    detail: 'no secret is set, so only programs on this machine may call, and not through a proxy',
  },
  not_found: { status: 404, title: 'Not found', detail: 'there is no function at this path' },
  body_too_large: { status: 413, title: 'Body too large', detail: 'the body is larger than MAX_BODY_BYTES' },
  overloaded: {
    status: 503,
    title: 'Try again later',
    detail: 'as many requests as MAX_IN_FLIGHT, or as many bytes as MAX_BYTES_IN_FLIGHT, are being handled',
  },
  internal_error: { status: 503, title: 'Try again later', detail: 'the function failed' },
} as const

export type Refusal = keyof typeof refusals

const statusOf = (code: Refusal): number => refusals[code].status

/** A problem document (RFC 9457). The connection stays: closing it under a client that still sends would cost it the answer. */
const refuse = (response: ServerResponse, code: Refusal, served: readonly string[]): void => {
  if (response.headersSent || response.destroyed) return
  const status = statusOf(code)
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    // Only these ask the sender to come back.
    ...(status === 503 && { 'retry-after': '1' }),
  })
  const { detail } = refusals[code]
  const remedy = code === 'not_found' ? `: POST to ${served.map((name) => `/${name}`).join(' or ')}` : ''
  response.end(JSON.stringify({ code, ...refusals[code], detail: detail + remedy }))
}

export type AnsweringOptions = {
  readonly functions: ReadonlyMap<string, unknown>
  readonly refusalDelayMs: number
  readonly metrics: HostMetrics
  /** Whether connections end with the answers that are sent now. */
  readonly isDraining: () => boolean
}

const DELAYED = new Set([401, 503])

/** Sends answers, a function's or the host's own. Those that a sender may repeat at once are held back first. */
export const createAnswering = ({ functions, refusalDelayMs, metrics, isDraining }: AnsweringOptions) => {
  const send = (response: ServerResponse, answer: LambdaReply | Refusal): void => {
    if (isDraining()) response.shouldKeepAlive = false
    if (typeof answer === 'string') refuse(response, answer, [...functions.keys()])
    else response.writeHead(answer.status, answer.headers).end(answer.body)
  }
  return (response: ServerResponse, answer: LambdaReply | Refusal): void => {
    if (typeof answer === 'string') metrics.refused(answer)
    const status = typeof answer === 'string' ? statusOf(answer) : answer.status
    if (DELAYED.has(status)) setTimeout(send, refusalDelayMs, response, answer)
    else send(response, answer)
  }
}
