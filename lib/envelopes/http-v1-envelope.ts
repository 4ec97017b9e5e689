import { type Envelope, isObject } from './envelope.ts'
import { type HttpRequest, mergeHeaders, openHttp } from './http-envelope.ts'
import type { HttpReply } from './http-reply.ts'

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
  open: (event) => openHttp(toRequest(event), toResult),
}

const toRequest = (event: HttpV1Event): HttpRequest => ({
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

const toResult = ({ status, headers, body }: HttpReply) => ({
  statusCode: status,
  headers,
  body,
  isBase64Encoded: false,
})
