import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import aws4 from 'aws4'
import type { RgwConnection } from '../gateway/gateway-connection.ts'

/** The gateway that keeps the claims. */
export type Gateway = Pick<RgwConnection, 'endpoint' | 'credentials' | 'ca'>

export type ObjectRequest = {
  readonly method: 'GET' | 'PUT'
  /** With query, percent-encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type ObjectReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends one signed request of S3. Rejects where there is no answer within the time. */
export type SendObject = (request: ObjectRequest) => Promise<ObjectReply>

/** Small requests without the AWS SDK, which would cost a function's cold start five times its own. */
export const createSendObject = ({ endpoint, credentials, ca }: Gateway, timeoutMs: number): SendObject => {
  const isTls = endpoint.protocol === 'https:'
  const base = endpoint.pathname.replace(/\/$/, '')
  /** How far the clock of the gateway is ahead of ours. It refuses requests that are signed at another time. */
  let aheadMs = 0

  const sendOnce: SendObject = async ({ method, path, headers = {}, body = '' }) => {
    const signed = aws4.sign(
      {
        service: 's3',
        region: 'us-east-1',
        host: endpoint.host,
        method,
        path: base + path,
        headers: { ...headers, ...(aheadMs !== 0 && { 'x-amz-date': timestamp(Date.now() + aheadMs) }) },
        body,
      },
      credentials,
    )
    const { promise, resolve, reject } = Promise.withResolvers<ObjectReply>()
    const request = (isTls ? tlsRequest : plainRequest)({
      hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
      port: endpoint.port,
      method,
      path: base + path,
      headers: signed.headers ?? {},
      // On a connection that is used again, every reply of a gateway without tcp_nodelay takes 40 ms longer.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(ca !== undefined && isTls && { ca }),
    })
    request.on('error', reject).on('response', (response) => {
      const { statusCode: status = 0, headers } = response
      const isLarge = Number(headers['content-length']) > MAX_BODY_BYTES
      if (isLarge) response.destroy()
      const read = isLarge ? Promise.resolve('') : text(response)
      read.then((body) => resolve({ status, headers, body }), reject)
    })
    request.end(body)
    return promise
  }

  return async (request) => {
    const reply = await sendOnce(request)
    if (reply.status !== 403 || !reply.body.includes('<Code>RequestTimeTooSkewed</Code>')) return reply
    aheadMs = Date.parse(String(reply.headers.date)) - Date.now()
    return sendOnce(request)
  }
}

/** Our objects are much smaller. A larger body counts as empty. */
const MAX_BODY_BYTES = 1_048_576

/** `20260304T050607Z` */
const timestamp = (at: number): string => new Date(at).toISOString().replaceAll(/[:-]|\.\d+/g, '')

/** @throws Error with the status and the code of an answer that was not expected */
export const unexpected = (asked: string, { status, body }: ObjectReply): Error => {
  const code = /<Code>(\w{1,64})<\/Code>/.exec(body)?.[1]
  return new Error(`${asked}: the gateway answered ${[status, code].filter(Boolean).join(' ')}`)
}
