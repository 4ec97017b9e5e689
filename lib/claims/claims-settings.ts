import { ConfigError } from '../process/errors.ts'
import {
  type Environment,
  HOUR_MS,
  oneOf,
  type Rule,
  type Table,
  type Values,
  wholeNumber,
} from '../process/settings.ts'
import type { ClaimsTable } from './dynamodb-claims.ts'
import type { ClaimsServer } from './redis-claims.ts'
import type { ClaimsPlace } from './s3-claims.ts'

/** Where claims are kept. */
export type ClaimsUrl =
  | { readonly kind: 'none' }
  | { readonly kind: 'memory'; readonly size: number }
  | ({ readonly kind: 'redis' } & ClaimsServer)
  | ({ readonly kind: 's3' } & ClaimsPlace)
  | ({ readonly kind: 'dynamodb' } & ClaimsTable)

/** The largest `size` that a user may set. */
const MAX_SIZE = 10_000_000
const DEFAULT_SIZE = 10_000

const claimsUrl: Rule<ClaimsUrl> = {
  expected: 'a URL such as memory:?size=10000, none:, redis://host, s3://bucket/prefix or dynamodb://table',
  read: (text) => {
    const url = URL.parse(text)
    if (url === null || url.hash !== '' || !hasSoundParameters(url)) return undefined
    switch (url.protocol) {
      case 'none:':
        return url.href === 'none:' ? { kind: 'none' } : undefined
      case 'memory:':
        return readMemory(url)
      case 'redis:':
      case 'rediss:':
        return readRedis(url)
      case 's3:':
        return readS3(url)
      case 'dynamodb:':
        return readDynamodb(url)
      default:
        return undefined
    }
  },
  mayHoldSecret: true,
}

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'none:': [],
  'memory:': ['size'],
  'redis:': [],
  'rediss:': ['ca'],
  's3:': [],
  'dynamodb:': ['region', 'endpoint'],
}

/**
 * Each once at most, and none empty.
 *
 * @throws ConfigError for a parameter that the scheme does not have
 */
const hasSoundParameters = ({ protocol, searchParams }: URL): boolean => {
  const known = PARAMETERS[protocol]
  if (known === undefined) return false
  const unknown = [...searchParams.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const use = known.length > 0 ? `use ${known.join(', ')}` : 'leave it out'
    throw new ConfigError(`CLAIMS_URL: ${protocol} has no parameter '${unknown.slice(0, 40)}': ${use}.`)
  }
  return new Set(searchParams.keys()).size === searchParams.size && [...searchParams.values()].every(Boolean)
}

const hasUser = ({ username, password }: URL): boolean => username !== '' || password !== ''

const readMemory = (url: URL): ClaimsUrl | undefined => {
  const size = Number(url.searchParams.get('size') ?? DEFAULT_SIZE)
  const isValid = Number.isInteger(size) && size > 0 && size <= MAX_SIZE
  return isValid && url.host === '' && url.pathname === '' ? { kind: 'memory', size } : undefined
}

const readRedis = (url: URL): ClaimsUrl | undefined => {
  const ca = url.searchParams.get('ca')
  const isValid = url.host !== '' && /^(\/\d{0,4})?$/.test(url.pathname) && isEncoded(url.username, url.password)
  if (!isValid) return undefined
  const server = new URL(url)
  server.search = ''
  return { kind: 'redis', url: server, ...(ca !== null && { ca }) }
}

/** Where a `%` does not begin an encoded character, the client throws. */
const isEncoded = (...texts: readonly string[]): boolean => texts.every((text) => !/%(?![\da-f]{2})/i.test(text))

/** The prefix ends with a slash. It has only characters that mean the same in a path, in XML and in a signature. */
const readS3 = (url: URL): ClaimsUrl | undefined => {
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '')
  const isValid = /^[\w.-]{3,63}$/.test(url.host) && /^[\w./-]{1,500}$/.test(prefix) && !hasUser(url)
  return isValid ? { kind: 's3', bucket: url.host, prefix: `${prefix}/` } : undefined
}

const readDynamodb = (url: URL): ClaimsUrl | undefined => {
  const region = url.searchParams.get('region')
  const endpoint = url.searchParams.get('endpoint')
  const isValid = /^[\w.-]{3,255}$/.test(url.host) && url.pathname === '' && !hasUser(url)
  if (!isValid) return undefined
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) return undefined
  return {
    kind: 'dynamodb',
    table: url.host,
    ...(region !== null && { region }),
    ...(endpoint !== null && { endpoint }),
  }
}

export const CLAIMS_SETTINGS = {
  CLAIMS_URL: {
    rule: claimsUrl,
    otherwise: '`memory:?size=10000`',
    meaning: 'Where it is kept which events are handled, so that none is handled twice ([claims](claims.md)).',
  },
  CLAIMS_TTL: {
    rule: wholeNumber(60, 31_536_000),
    default: 86_400,
    meaning: 'How long a shared store remembers at least that an event is done, in seconds.',
  },
  CLAIMS_LEASE_MS: {
    rule: wholeNumber(1000, HOUR_MS),
    default: 30_000,
    meaning:
      'How long after the end of a process another one may take the events that it had in hand, in milliseconds. Leases are renewed while events are handled.',
  },
  CLAIMS_TIMEOUT_MS: {
    rule: wholeNumber(1, HOUR_MS),
    default: 2000,
    meaning: 'How long one call of a shared store may take, in milliseconds.',
  },
  CLAIMS_WHEN_AWAY: {
    rule: oneOf('process', 'retry'),
    default: 'process',
    meaning:
      'While a shared store does not answer: `process` handles events without a claim, at least once; `retry` asks their senders to send them again.',
  },
} as const satisfies Table

export type ClaimsConfig = ReturnType<typeof claimsConfig>

export const claimsConfig = (values: Values<typeof CLAIMS_SETTINGS>) => ({
  url: values.CLAIMS_URL ?? ({ kind: 'memory', size: DEFAULT_SIZE } as const),
  ttlMs: values.CLAIMS_TTL * 1000,
  leaseMs: values.CLAIMS_LEASE_MS,
  timeoutMs: values.CLAIMS_TIMEOUT_MS,
  whenAway: values.CLAIMS_WHEN_AWAY,
})

/** @throws ConfigError that says what replaces it, where the setting of earlier versions is still there */
export const refuseDeduplicate = ({ DEDUPLICATE: size }: Environment): void => {
  if (!size) return
  const replacement = size === '0' ? 'none:' : /^\d{1,8}$/.test(size) ? `memory:?size=${size}` : 'memory:'
  throw new ConfigError(`DEDUPLICATE does not exist any more: set CLAIMS_URL=${replacement} in its place`)
}
