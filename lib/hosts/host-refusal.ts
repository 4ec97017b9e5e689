import type { ServerResponse } from 'node:http'

/** What the host answers without asking a function. */
const refusals = {
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    detail: 'no secret is set, so only this machine may call, directly',
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

export const statusOf = (code: Refusal): number => refusals[code].status

/** A problem document (RFC 9457). The connection stays: closing it under a client that still sends would cost it the answer. */
export const refuse = (response: ServerResponse, code: Refusal, served: readonly string[]): void => {
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
