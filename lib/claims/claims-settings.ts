import { ConfigError } from '../process/errors.ts'
import type { Environment, Rule, Table, Values } from '../process/settings.ts'

/** How many events are remembered at most, whatever somebody writes. */
const MAX_SIZE = 10_000_000
const DEFAULT_SIZE = 10_000

export type ClaimsUrl = { readonly kind: 'none' } | { readonly kind: 'memory'; readonly size: number }

const claimsUrl: Rule<ClaimsUrl> = {
  expected: 'a URL such as memory: or none:',
  read: (text) => {
    const url = URL.parse(text)
    switch (url?.protocol) {
      case 'none:':
        return url.href === 'none:' ? { kind: 'none' } : undefined
      case 'memory:':
        return readMemory(url)
      default:
        return undefined
    }
  },
  mayHoldSecret: true,
}

const readMemory = (url: URL): ClaimsUrl | undefined => {
  if (url.pathname !== '' || [...url.searchParams.keys()].some((name) => name !== 'size')) return undefined
  const size = Number(url.searchParams.get('size') ?? DEFAULT_SIZE)
  return Number.isInteger(size) && size > 0 && size <= MAX_SIZE ? { kind: 'memory', size } : undefined
}

export const CLAIMS_SETTINGS = {
  CLAIMS_URL: {
    rule: claimsUrl,
    otherwise: '`memory:?size=10000`',
    meaning:
      'Where it is kept which events are handled, so that none is handled twice: `memory:` (this process, the last `size` events) or `none:` ([claims](claims.md)).',
  },
} as const satisfies Table

export type ClaimsConfig = ReturnType<typeof claimsConfig>

export const claimsConfig = (values: Values<typeof CLAIMS_SETTINGS>) => ({
  url: values.CLAIMS_URL ?? ({ kind: 'memory', size: DEFAULT_SIZE } satisfies ClaimsUrl),
})

/** @throws ConfigError that says what replaces it, where the setting of earlier versions is still there */
export const refuseDeduplicate = ({ DEDUPLICATE: size }: Environment): void => {
  if (!size) return
  const replacement = size === '0' ? 'none:' : /^\d{1,8}$/.test(size) ? `memory:?size=${size}` : 'memory:'
  throw new ConfigError(`DEDUPLICATE does not exist any more: set CLAIMS_URL=${replacement} in its place`)
}
