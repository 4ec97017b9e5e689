import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Keys, queryString, signedHeaders, uriEncode } from './sigv4.ts'

export type RgwRequest = {
  method: string
  /** Percent-encoded already, so that a test can send a key that is not UTF-8; see `objectPath`. */
  path: string
  query?: Record<string, string>
  /** Values are sent as UTF-8. */
  headers?: Record<string, string>
  body?: string | Uint8Array
  service?: 's3' | 'sns' | 'sts'
}

export type RgwResponse = { status: number; headers: IncomingHttpHeaders; body: string }

export type RgwClient = {
  request(request: RgwRequest): Promise<RgwResponse>
  /** As `request`, but any status except 2xx is an error. */
  send(request: RgwRequest): Promise<RgwResponse>
}

/** Speaks signed S3 and SNS to a gateway. */
export function createRgwClient({ endpoint, ...keys }: { endpoint: string } & Keys): RgwClient {
  const { host, hostname, port } = new URL(endpoint)

  const request = async ({ method, path, query = {}, headers = {}, body = '', service = 's3' }: RgwRequest) => {
    const bytes = Buffer.from(body)
    const signed = signedHeaders({ method, host, path, query, headers, body: bytes, service }, keys, new Date())
    const { promise, resolve, reject } = Promise.withResolvers<RgwResponse>()
    const outgoing = httpRequest({
      // A connection each: radosgw 16.2.15 answers some HEAD requests with a body, which the next reader would trip on.
      agent: false,
      hostname,
      port,
      method,
      path: Object.keys(query).length > 0 ? `${path}?${queryString(query)}` : path,
      headers: { ...latin1(signed), 'content-length': bytes.length },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      text(incoming).then(
        (body) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
        reject,
      )
    })
    outgoing.end(bytes)
    return promise
  }

  return {
    request,
    async send(wanted) {
      const response = await request(wanted)
      if (response.status >= 200 && response.status < 300) return response
      throw new Error(`${wanted.method} ${wanted.path}: the gateway answered ${response.status} ${response.body}`)
    },
  }
}

/** The path of a bucket or, with a key, of an object in it. */
export function objectPath(bucket: string, key?: string): string {
  return key === undefined ? `/${bucket}` : `/${bucket}/${key.split('/').map(uriEncode).join('/')}`
}

/** Node writes each character of a header as one byte. */
function latin1(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )
}
