import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { Caller } from '../core/delivery.ts'
import { isObject } from '../envelopes/envelope.ts'
import { forListener, HANDLED, type HttpReply } from '../envelopes/http-reply.ts'

// How Lambda calls a function by its URL, for handlers that have no door.

/** An answer that a handler gave. Its body may be bytes, and a header may have several values. */
export type LambdaReply = Omit<HttpReply, 'headers' | 'body'> & {
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string | Buffer
}

/** Payload 2.0 (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads). A body that is not text is encoded in base64. */
export const toUrlEvent = ({ headers, origin }: Caller, body: Buffer) => {
  const { method, path, query, sourceIp = '' } = origin
  const isBase64Encoded = !isUtf8(body)
  const now = new Date()
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(query !== '' && { queryStringParameters: queryParameters(query) }),
    ...(headers.cookie !== undefined && { cookies: headers.cookie.split(/; */) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'tidings',
      domainName: headers.host ?? '',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  }
}

const queryParameters = (query: string): Readonly<Record<string, string>> => {
  const values = Map.groupBy(new URLSearchParams(query), ([name]) => name)
  return Object.fromEntries([...values].map(([name, pairs]) => [name, pairs.map(([, value]) => value).join(',')]))
}

/** No function of Lambda's runs for longer. */
const LONGEST_MS = 15 * 60_000

/** Lambda's context, as far as a function elsewhere has one. */
export const toLambdaContext = (functionName: string, timeoutMs = LONGEST_MS) => {
  const deadline = performance.now() + timeoutMs
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  }
}

/**
 * The answer that Lambda's function URL makes of the value that a handler returned. An object with a `statusCode` is the answer.
 * Any other value becomes JSON with status 200. No value becomes an answer without a body.
 *
 * @throws TypeError for a status or a header that HTTP does not know
 */
export const toReply = (result: unknown, headers: Caller['headers']): LambdaReply => {
  if (isObject(result) && 'statusCode' in result) return stated(result)
  if (result === undefined || result === null) return { status: HANDLED, headers: {}, body: '' }
  const body = JSON.stringify(result)
  return forListener({ status: 200, headers: { 'content-type': 'application/json' }, body }, headers)
}

const stated = ({ statusCode, headers, body, cookies, isBase64Encoded }: Readonly<Record<string, unknown>>) => {
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new TypeError('statusCode must be a whole number from 200 to 599')
  return {
    status,
    headers: {
      ...(typeof body === 'object' && body !== null && { 'content-type': 'application/json' }),
      ...statedHeaders(isObject(headers) ? headers : {}),
      ...(Array.isArray(cookies) && { 'set-cookie': cookies.map(String) }),
    },
    body: bodyOf(body, isBase64Encoded === true),
  }
}

/** Headers of the connection. The host sets them. */
const OURS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding'])

const statedHeaders = (headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => !OURS.has(name))
      .map(([name, value]) => {
        validateHeaderName(name)
        validateHeaderValue(name, value)
        return [name, value]
      }),
  )

const bodyOf = (body: unknown, isBase64Encoded: boolean): string | Buffer => {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string') return isBase64Encoded ? Buffer.from(body, 'base64') : body
  return JSON.stringify(body)
}
