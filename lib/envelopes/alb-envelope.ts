import { type Envelope, isObject } from './envelope.ts'
import { type HttpRequest, mergeHeaders, openHttp } from './http-envelope.ts'
import type { HttpReply } from './http-reply.ts'

/**
 * An Application Load Balancer's request. Its target group either sends `headers` and `queryStringParameters`, or, with
 * multi-value headers enabled, `multiValueHeaders` and `multiValueQueryStringParameters`, and reads the answer likewise.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export type AlbEvent = {
  readonly requestContext: { readonly elb: unknown }
  readonly httpMethod: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly queryStringParameters?: Readonly<Record<string, string>>
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>
  readonly body?: string | null
  readonly isBase64Encoded?: boolean
}

export const alb: Envelope<AlbEvent> = {
  name: 'alb',
  matches: (event): event is AlbEvent =>
    isObject(event) &&
    typeof event.httpMethod === 'string' &&
    typeof event.path === 'string' &&
    isObject(event.requestContext) &&
    'elb' in event.requestContext,
  open: (event) => openHttp(toRequest(event), (reply) => toResult(event, reply)),
}

const toRequest = (event: AlbEvent): HttpRequest => ({
  method: event.httpMethod,
  path: event.path,
  query: rawQuery(event.multiValueQueryStringParameters ?? event.queryStringParameters ?? {}),
  headers: mergeHeaders(event.headers, event.multiValueHeaders),
  // The balancer tells it in X-Forwarded-For only, where a client may have written too.
  sourceIp: undefined,
  body: event.body,
  isBase64Encoded: event.isBase64Encoded ?? false,
})

/** A balancer, unlike a REST API, hands the values over as they stood in the URL. */
const rawQuery = (query: Readonly<Record<string, string | readonly string[]>>): string =>
  Object.entries(query)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`))
    .join('&')

const toResult = (event: AlbEvent, { status, headers, body }: HttpReply) => ({
  statusCode: status,
  ...(event.multiValueHeaders === undefined
    ? { headers }
    : { multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) }),
  body,
  isBase64Encoded: false,
})
