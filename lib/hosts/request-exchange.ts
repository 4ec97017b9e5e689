import type { IncomingMessage } from 'node:http'
import type { Caller } from '../core/delivery.ts'

/** The parts of a request that are known before its body. */
export const callerOf = (request: IncomingMessage): Caller => {
  const [path, query] = splitUrl(request.url ?? '/')
  const { method = '', socket } = request
  const origin = { kind: 'http', method, path, query, sourceIp: socket.remoteAddress ?? '' } as const
  return { headers: headersOf(request), origin }
}

/**
 * Node.js has lower-cased the names and joined repeated headers. Only set-cookie, which no request has, stays a list. Of several
 * Host headers Node.js keeps the first. They are joined here like all others, so they name no valid host.
 */
const headersOf = ({ headers, rawHeaders }: IncomingMessage): Readonly<Record<string, string>> => {
  const given = headers as Record<string, string>
  const hosts: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    // The length is compared first, because it rules out most names.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts.push(rawHeaders[index + 1] ?? '')
  }
  return hosts.length > 1 ? { ...given, host: hosts.join(', ') } : given
}

/** Splits a URL into path and query. `new URL` is not used here, because a Host header from outside could make it throw. */
export const splitUrl = (url: string): [path: string, query: string] => {
  const mark = url.indexOf('?')
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

/** The path without the slashes around it. */
export const functionNameIn = (path: string): string => {
  let [start, end] = [0, path.length]
  while (path[start] === '/') start++
  while (end > start && path[end - 1] === '/') end--
  return path.slice(start, end)
}
