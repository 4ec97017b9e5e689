import { unescape as percentDecode } from 'node:querystring'
import { ConfigError } from '../../process/errors.ts'
import type { Source } from '../options.ts'

/** The parts of one URL. Nothing has checked `query` yet. */
export type AmqpUrl = Pick<Source, 'hosts' | 'username' | 'password' | 'vhost'> & {
  readonly isTls: boolean
  readonly query: URLSearchParams
}

const URL_FORM = /^(amqps?|rabbit):\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/
const HOST_FORM = /^(?:(?<userinfo>.*)@)?(?:\[(?<ipv6>[0-9A-Fa-f:.%]+)\]|(?<name>[^:[\]@]+))(?::(?<port>\d*))?$/
const TRUE = new Set(['1', 'true', 'yes', 'on'])
const FALSE = new Set(['0', 'false', 'no', 'off'])
const MAX_PORT = 65_535

/**
 * Takes a URL apart: `amqp://`, `amqps://`, or `rabbit://` as oslo.messaging writes its transport_url, with one or more hosts.
 *
 * As oslo.messaging does (TransportURL.parse), and unlike the URI specification of RabbitMQ: the virtual host is the path less
 * its first `/`, so that `//` is the virtual host `/`; an empty one is `/` too. `rabbit://` has port 5672 with TLS also.
 *
 * @param where how messages call it; the URL itself holds a password
 * @throws ConfigError
 */
export const parseAmqpUrl = (text: string, where: string): AmqpUrl => {
  const [, scheme = '', authority = '', path = '', search = ''] = URL_FORM.exec(text) ?? []
  if (scheme === '') throw new ConfigError(`${where} must be ${EXPECTED}`)
  const parts = authority
    .split(',')
    .filter(Boolean)
    .map((part) => parseHost(part, scheme === 'amqps' ? 5671 : 5672, where))
  const [first] = parts
  if (first === undefined) throw new ConfigError(`${where} names no host: it must be ${EXPECTED}`)
  const credentials = parts.find(({ userinfo }) => userinfo !== undefined)?.userinfo
  if (parts.some(({ userinfo }) => userinfo !== undefined && userinfo !== credentials))
    throw new ConfigError(`${where} has hosts with different credentials: give all hosts of one cluster the same`)
  const query = new URLSearchParams(search)
  return {
    hosts: parts.map(({ host, port }) => ({ host, port })),
    ...parseCredentials(credentials),
    vhost: percentDecode(path) || '/',
    isTls: scheme === 'amqps' || isTrue(query.get('ssl'), `${where} has a wrong query: ssl`),
    query,
  }
}

const EXPECTED =
  'amqp://user:password@host:5672/vhost, amqps:// for TLS, or the rabbit:// of oslo.messaging, with special characters in names and passwords percent-encoded'

const parseHost = (text: string, defaultPort: number, where: string) => {
  const { userinfo, ipv6, name, port = '' } = HOST_FORM.exec(text)?.groups ?? {}
  const host = ipv6 ?? name
  if (host === undefined || Number(port) > MAX_PORT)
    throw new ConfigError(
      `${where} has a host that is not a name or an address, or a port above 65535: it must be ${EXPECTED}`,
    )
  return { userinfo, host, port: port === '' ? defaultPort : Number(port) }
}

/** The credentials of a URL without any: the default user of a new RabbitMQ. */
const parseCredentials = (userinfo: string | undefined) => {
  if (userinfo === undefined) return { username: 'guest', password: 'guest' }
  const colon = userinfo.indexOf(':')
  if (colon === -1) return { username: percentDecode(userinfo), password: '' }
  return { username: percentDecode(userinfo.slice(0, colon)), password: percentDecode(userinfo.slice(colon + 1)) }
}

const isTrue = (text: string | null, where: string): boolean => {
  const word = text?.toLowerCase() ?? '0'
  if (!TRUE.has(word) && !FALSE.has(word)) throw new ConfigError(`${where} must be true or false`)
  return TRUE.has(word)
}
