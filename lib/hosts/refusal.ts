import type { ServerResponse } from 'node:http'

/** What the host answers without asking a function. */
const refusals = {
  not_found: { status: 404, title: 'Not found', detail: 'there is no function at this path: POST to /<function-name>' },
  body_too_large: { status: 413, title: 'Body too large', detail: 'the body is larger than MAX_BODY_BYTES' },
  overloaded: { status: 503, title: 'Try again later', detail: 'as many requests as MAX_IN_FLIGHT are being handled' },
  internal_error: { status: 503, title: 'Try again later', detail: 'the function failed' },
} as const

export type Refusal = keyof typeof refusals

/** Whether the sender is asked to come back. */
export const isTemporary = (code: Refusal): boolean => refusals[code].status === 503

/** A problem document (RFC 9457). The connection stays: closing it under a client that still sends would cost it the answer. */
export const refuse = (response: ServerResponse, code: Refusal): void => {
  if (response.headersSent || response.destroyed) return
  const { status } = refusals[code]
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    ...(isTemporary(code) && { 'retry-after': '1' }),
  })
  response.end(JSON.stringify({ code, ...refusals[code] }))
}
