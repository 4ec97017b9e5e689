// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac } from 'node:crypto'

export type Unsigned = {
  method: string
  host: string
  /** Percent-encoded. */
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: Uint8Array
  service: string
}

export type Keys = { accessKey: string; secretKey: string }

// RADOS Gateway takes any region.
const region = 'us-east-1'

/** All the headers to send, `authorization` among them. */
export function signedHeaders(request: Unsigned, { accessKey, secretKey }: Keys, now: Date): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const date = time.slice(0, 8)
  const scope = `${date}/${region}/${request.service}/aws4_request`
  const payloadHash = sha256(request.body)
  const headers = {
    ...lowerCased(request.headers),
    host: request.host,
    'x-amz-date': time,
    'x-amz-content-sha256': payloadHash,
  }

  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = sorted.map(([name]) => name).join(';')
  const canonicalHeaders = sorted.map(([name, value]) => `${name}:${value.trim()}\n`).join('')
  const canonicalRequest = [
    request.method,
    request.path,
    queryString(request.query),
    canonicalHeaders,
    names,
    payloadHash,
  ].join('\n')
  const stringToSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest)].join('\n')
  const key = [date, region, request.service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`)
  const signature = hmac(key, stringToSign).toString('hex')

  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return { ...headers, authorization }
}

/** Sorted and encoded as the signature wants it, so that the same string can be sent. */
export function queryString(query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
  return pairs.sort().join('&')
}

/** Everything but RFC 3986's unreserved characters; encodeURIComponent leaves five more alone. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
