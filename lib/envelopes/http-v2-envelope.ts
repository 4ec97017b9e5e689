import { type Envelope, isObject } from './envelope.ts'
import { type HttpRequest, openHttp } from './http-envelope.ts'
import type { HttpReply } from './http-reply.ts'

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
  open: (event) => openHttp(toRequest(event), toResult),
}

const toRequest = (event: HttpV2Event): HttpRequest => ({
  method: event.requestContext.http.method,
  path: event.rawPath,
  query: event.rawQueryString ?? '',
  // In lower case already, and joined.
  headers: event.headers ?? {},
  sourceIp: event.requestContext.http.sourceIp,
  body: event.body,
  isBase64Encoded: event.isBase64Encoded ?? false,
})

const toResult = ({ status, headers, body }: HttpReply): HttpV2Result => ({
  statusCode: status,
  headers,
  body,
  isBase64Encoded: false,
})
