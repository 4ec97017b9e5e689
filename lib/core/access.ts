import { AuthenticationError, MethodError } from '../process/errors.ts'
import { secretMatcher } from '../process/secrets.ts'
import type { Caller } from './delivery.ts'
import type { Deliver } from './door.ts'

/**
 * The settings that decide who may call a function by HTTP.
 *
 * | guard        | lets in                                                                                        |
 * |--------------|------------------------------------------------------------------------------------------------|
 * | token        | callers with a token of AUTH_TOKENS                                                            |
 * | notification | everybody: the function looks for a secret (OPAQUE_SECRETS) inside each notification           |
 * | anonymous    | everybody, because ALLOW_ANONYMOUS says that something in front of the function asks           |
 * | address      | programs on this machine that call directly; no proxy, no web page                             |
 * | closed       | nobody: the function wants a token, and none is set                                            |
 */
export type Guard = 'token' | 'notification' | 'anonymous' | 'address' | 'closed'

/** Who may call a function by HTTP. A host asks before it reads a body; the function asks again. */
export type Access = {
  readonly guard: Guard
  /** The reason for refusing a caller. Undefined if it is admitted. */
  refusalOf(caller: Caller): AuthenticationError | undefined
}

/**
 * @param tokens any one of them is enough: while rotating, the old and the new
 * @param withoutToken the guard where there are no tokens
 */
export const createAccess = (tokens: readonly string[], withoutToken: Guard): Access => {
  const guard = tokens.length > 0 ? 'token' : withoutToken
  const isKnown = secretMatcher(tokens)

  const tokenRefusal = (caller: Caller): string | undefined => {
    const shown = shownTokens(caller)
    // Each one is compared, so that the time does not tell which one failed.
    if (shown.map(isKnown).includes(true)) return undefined
    return shown.length === 0 ? NO_TOKEN : UNKNOWN_TOKEN
  }
  const reasons: Readonly<Record<Guard, (caller: Caller) => string | undefined>> = {
    token: tokenRefusal,
    notification: () => undefined,
    anonymous: () => undefined,
    address: indirectness,
    closed: () => CLOSED,
  }
  return {
    guard,
    refusalOf: (caller) => {
      const reason = reasons[guard](caller)
      return reason === undefined ? undefined : new AuthenticationError(reason)
    },
  }
}

const NO_TOKEN = 'a token is needed: Authorization: Bearer, Basic, or ?token='
const UNKNOWN_TOKEN = 'the token is not known: show one that is in AUTH_TOKENS'
const CLOSED = 'this function is served to callers with a token only, and no token is set: set AUTH_TOKENS'

/**
 * Admits an HTTP request if it is a POST and `access` admits its sender. The platform has already admitted messages of queues and
 * direct calls.
 *
 * @throws MethodError, AuthenticationError
 */
export const admitted =
  (access: Access, deliver: Deliver): Deliver =>
  (deliveries, signal) => {
    for (const { headers, origin } of deliveries) {
      if (origin.kind !== 'http') continue
      if (origin.method !== 'POST') throw new MethodError(`${origin.method} is not allowed here: POST a notification`)
      const refusal = access.refusalOf({ headers, origin })
      if (refusal !== undefined) throw refusal
    }
    return deliver(deliveries, signal)
  }

/** A caller has one token, or two while rotating. More would only cost time. */
const MAX_QUERY_TOKENS = 8

/**
 * The tokens that a request shows: `Authorization: Bearer`, the password of `Basic`, `?token=` and `?access_token=` (the
 * one way in which RGW can send one over plain HTTP). None of them is empty.
 */
const shownTokens = ({ headers, origin }: Caller): readonly string[] => {
  const tokens = queryTokens(origin.query)
  if (headers.authorization !== undefined) tokens.push(authorizationToken(headers.authorization))
  return tokens.filter((token) => token !== '')
}

const authorizationToken = (authorization: string): string => {
  const space = authorization.indexOf(' ')
  const credentials = authorization.slice(space).trim()
  if (space === -1 || credentials.includes(' ')) return ''
  switch (authorization.slice(0, space).toLowerCase()) {
    case 'bearer':
      return credentials
    case 'basic':
      return passwordOf(credentials)
    default:
      return ''
  }
}

const passwordOf = (credentials: string): string => {
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

const queryTokens = (query: string): string[] => {
  const tokens: string[] = []
  // A split costs a quarter of a microsecond even where there is nothing to split.
  for (const pair of query.includes('&') ? query.split('&') : [query]) {
    if (!pair.startsWith('token=') && !pair.startsWith('access_token=')) continue
    tokens.push(decoded(pair.slice(pair.indexOf('=') + 1)))
    if (tokens.length === MAX_QUERY_TOKENS) break
  }
  return tokens
}

/** A `+` stays a `+`, not a space: RGW sends the query as it was configured, and tokens contain no spaces. */
const decoded = (value: string): string => {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/**
 * Where no secret is set, only this machine may call, and only directly. Requests of others come from this machine too:
 * through a proxy, or through a browser that shows somebody's web page, whether the page posts across sites or has its own
 * name point at 127.0.0.1 (DNS rebinding).
 *
 * @returns why this is not a direct call from this machine; undefined: it is
 */
export const indirectness = ({ headers, origin }: Caller): string | undefined => {
  if (!LOOPBACK.test(origin.sourceIp ?? '')) return refusal('only this machine may call')
  if (Object.keys(headers).some((name) => PROXY_HEADER.test(name))) return refusal('nobody may call through a proxy')
  // `POST http://name/path` names its host there, whatever the Host header says.
  if (!origin.path.startsWith('/')) return refusal('nobody may call as one calls a proxy')
  if (!namesThisMachine(headers.host)) return refusal('the Host header has to be localhost or a loopback address')
  if (isFromOtherSite(headers)) return refusal('no other web site may call')
  return undefined
}

const refusal = (rule: string): string => `no secret is set, so ${rule}: set AUTH_TOKENS (or ALLOW_ANONYMOUS)`

const LOOPBACK = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/i

/** Names of headers that proxies and content delivery networks add. No client of ours sends any of this kind. */
const PROXY_HEADER =
  /(?:^|-)(?:via|ip|addr|address)$|(?:real|client|remote|socket)ip$|forward|proxy|envoy|akamai|varnish|original-|rewrite-url|(?:^|-)cdn-|^(?:cf|cloudfront|fastly|fly|surrogate|x-amz-cf|x-amzn-trace|x-arr|x-azure|x-appengine)-/

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[(?:::1|::ffff:127(?:\.\d{1,3}){3})\])(?::\d{1,5})?$/i

/** A client of HTTP/1.0 may leave Host out; a browser never does. */
const namesThisMachine = (host: string | undefined): boolean => host === undefined || LOOPBACK_HOST.test(host)

/** The headers by which a browser describes the page that sends: https://www.w3.org/TR/fetch-metadata/, RFC 6454. */
const isFromOtherSite = ({ host, origin, 'sec-fetch-site': site = 'none' }: Caller['headers']): boolean =>
  (site !== 'none' && site !== 'same-origin') ||
  (origin !== undefined && origin.toLowerCase() !== `http://${host?.toLowerCase()}`)
