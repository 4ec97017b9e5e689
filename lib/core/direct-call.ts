import type { Caller } from './delivery.ts'

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

/** What a browser says about the page that sends: https://www.w3.org/TR/fetch-metadata/, RFC 6454. */
const isFromOtherSite = ({ host, origin, 'sec-fetch-site': site = 'none' }: Caller['headers']): boolean =>
  (site !== 'none' && site !== 'same-origin') ||
  (origin !== undefined && origin.toLowerCase() !== `http://${host?.toLowerCase()}`)
