import { type Envelope, isObject } from './envelope.ts'
import { type HttpReply, type HttpRequest, openHttp } from './http-reply.ts'

/**
 * Payload 2.0: Lambda Function URLs and HTTP APIs, and our own host.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export type HttpV2Event = {
  readonly version: '2.0'
  readonly rawPath: string
  readonly rawQueryString?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp?: string } }
  readonly body?: string | null
  readonly isBase64Encoded?: boolean
}

export type HttpV2Result = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isBase64Encoded: false
}

export const httpV2: Envelope<HttpV2Event> = {
  name: 'http-v2',
  // 1.0 behind a custom domain has rawPath too: only requestContext.http tells them apart.
  matches: (event): event is HttpV2Event =>
    isObject(event) &&
    typeof event.rawPath === 'string' &&
    isObject(event.requestContext) &&
    isObject(event.requestContext.http),
  open: (event) => openHttp(fromV2(event), toHttpResult),
}

const fromV2 = (event: HttpV2Event): HttpRequest => ({
  method: event.requestContext.http.method,
  path: event.rawPath,
  query: event.rawQueryString ?? '',
  // In lower case already, and joined.
  headers: event.headers ?? {},
  sourceIp: event.requestContext.http.sourceIp,
  body: event.body,
  isBase64Encoded: event.isBase64Encoded ?? false,
})

type Values = Readonly<Record<string, string | null | undefined>> | null
type MultiValues = Readonly<Record<string, readonly string[] | null | undefined>> | null

/**
 * Payload 1.0: API Gateway's REST APIs, and HTTP APIs by choice. Test events from the console have null for maps.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export type HttpV1Event = {
  readonly httpMethod: string
  readonly path: string
  readonly headers?: Values
  readonly multiValueHeaders?: MultiValues
  readonly queryStringParameters?: Values
  readonly multiValueQueryStringParameters?: MultiValues
  readonly requestContext?: { readonly identity?: { readonly sourceIp?: string } }
  readonly body?: string | null
  readonly isBase64Encoded?: boolean
}

export const httpV1: Envelope<HttpV1Event> = {
  name: 'http-v1',
  matches: (event): event is HttpV1Event =>
    isObject(event) &&
    typeof event.httpMethod === 'string' &&
    typeof event.path === 'string' &&
    !(isObject(event.requestContext) && 'elb' in event.requestContext),
  open: (event) => openHttp(fromV1(event), toHttpResult),
}

const fromV1 = (event: HttpV1Event): HttpRequest => ({
  method: event.httpMethod,
  path: event.path,
  query: encodeQuery(event.multiValueQueryStringParameters ?? event.queryStringParameters ?? {}),
  headers: mergeHeaders(event.headers, event.multiValueHeaders),
  sourceIp: event.requestContext?.identity?.sourceIp,
  body: event.body,
  isBase64Encoded: event.isBase64Encoded ?? false,
})

/** REST APIs hand the values over decoded. */
const encodeQuery = (query: NonNullable<Values | MultiValues>): string =>
  Object.entries(query)
    .flatMap(([name, values]) => [values ?? []].flat().map((value) => [name, value] as const))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')

/** The answer to both payloads. */
const toHttpResult = ({ status, headers, body }: HttpReply): HttpV2Result => ({
  statusCode: status,
  headers,
  body,
  isBase64Encoded: false,
})

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
  open: (event) => openHttp(fromAlb(event), (reply) => toAlbResult(event, reply)),
}

const fromAlb = (event: AlbEvent): HttpRequest => ({
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

const toAlbResult = (event: AlbEvent, { status, headers, body }: HttpReply) => ({
  statusCode: status,
  ...(event.multiValueHeaders === undefined
    ? { headers }
    : { multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) }),
  body,
  isBase64Encoded: false,
})

type HeaderValues = Readonly<Record<string, string | readonly string[] | null | undefined>> | null | undefined

/** Names in lower case, several values joined by commas (RFC 9110, 5.3). Values that are not texts are left out. */
const mergeHeaders = (...sources: readonly HeaderValues[]): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const [name, value] of sources.flatMap((source) => Object.entries(source ?? {}))) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value
    else if (Array.isArray(value)) headers[name.toLowerCase()] = value.join(', ')
  }
  return headers
}

/** However a platform hands an HTTP request over. */
export const httpFamilies = [httpV2, httpV1, alb]
