import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpV2Event, HttpV2Result } from '../envelopes/http-v2.ts'

/** A request in the form of Lambda's payload 2.0. The body goes in base64, so that not one byte is lost on the way. */
export const toEvent = (request: IncomingMessage, body: Buffer): HttpV2Event => {
  const [path = '/', query = ''] = splitUrl(request.url ?? '/')
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    // Node has lower-cased the names and joined what repeats; only set-cookie, which no request has, stays a list.
    headers: request.headers as Record<string, string>,
    requestContext: { http: { method: request.method ?? '', sourceIp: request.socket.remoteAddress ?? '' } },
    body: body.toString('base64'),
    isBase64Encoded: true,
  }
}

/** Path and query. Not by `new URL`: a Host header from outside must not be able to make it throw. */
export const splitUrl = (url: string): [path: string, query: string] => {
  const mark = url.indexOf('?')
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

export const toContext = (functionName: string) => ({ functionName, awsRequestId: randomUUID() })

export const write = (response: ServerResponse, { statusCode, headers, body }: HttpV2Result): void => {
  response.writeHead(statusCode, headers)
  response.end(body)
}
