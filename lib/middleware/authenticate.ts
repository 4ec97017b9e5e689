import type { Delivery } from '../delivery.ts'
import { AuthenticationError } from '../errors.ts'
import { secretMatcher } from '../secrets.ts'
import type { InvocationMiddleware } from './envelope.ts'

export type AuthenticateOptions = {
  /** Any one of them opens the door: while rotating, the old and the new. */
  readonly tokens: readonly string[]
  /** Another secret guards the function, or nobody has to: no token is asked for where there are none. */
  readonly open: boolean
}

/**
 * Lets HTTP deliveries in that show a token: `Authorization: Bearer`, the password of `Basic`, or `?token=` and
 * `?access_token=` (the one way RGW can send one over plain HTTP). Queues and direct invocations were authenticated by
 * their platform. Without any secret only this machine may call, and only by itself, not through a proxy.
 */
export const authenticate = ({ tokens, open }: AuthenticateOptions): InvocationMiddleware => {
  const isKnown = secretMatcher(tokens)
  const admit = (delivery: Delivery): void => {
    if (delivery.origin.kind !== 'http') return
    if (tokens.length > 0) {
      // Each way is tried, so that how long it takes does not tell which one failed.
      if (presented(delivery).map(isKnown).includes(true)) return
      throw new AuthenticationError('a token is needed: Authorization: Bearer, Basic, or ?token=')
    }
    if (open || isLocal(delivery)) return
    throw new AuthenticationError(
      'no secret is set, so only this machine may call: set AUTH_TOKENS (or ALLOW_ANONYMOUS)',
    )
  }
  return {
    before: ({ internal }) => {
      for (const delivery of internal.opened?.deliveries ?? []) admit(delivery)
    },
  }
}

const presented = ({ headers, origin }: Delivery): string[] => {
  const authorization = /^(Bearer|Basic) +(\S+)$/i.exec(headers.authorization ?? '')
  const [, scheme = '', value = ''] = authorization ?? []
  const candidates = scheme.toLowerCase() === 'basic' ? [passwordOf(value)] : [value]
  if (origin.kind === 'http') candidates.push(...queryTokens(origin.query))
  return candidates.filter(Boolean)
}

const passwordOf = (credentials: string): string => {
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

const TOKEN = /(?:^|&)(?:token|access_token)=([^&]+)/g

/** A `+` is itself: RGW sends the query as it was configured, and nobody's token holds a space. */
const queryTokens = (query: string): string[] => [...query.matchAll(TOKEN)].map(([, value = '']) => decoded(value))

const decoded = (value: string): string => {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

const isLocal = ({ headers, origin }: Delivery): boolean => {
  if (origin.kind !== 'http' || 'x-forwarded-for' in headers || 'forwarded' in headers) return false
  return /^(::1|(::ffff:)?127(\.\d+){3})$/.test(origin.sourceIp ?? '')
}
