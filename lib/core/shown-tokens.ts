import type { Caller } from './delivery.ts'

/** A caller has one token, or two while rotating. More would only cost time. */
const MAX_QUERY_TOKENS = 8

/**
 * The tokens that a request shows: `Authorization: Bearer`, the password of `Basic`, `?token=` and `?access_token=` (the
 * one way in which RGW can send one over plain HTTP). None of them is empty.
 */
export const shownTokens = ({ headers, origin }: Caller): readonly string[] =>
  [authorizationToken(headers.authorization ?? ''), ...queryTokens(origin.query)].filter((token) => token !== '')

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

const queryTokens = (query: string): string[] =>
  query
    .split('&')
    .filter((pair) => pair.startsWith('token=') || pair.startsWith('access_token='))
    .slice(0, MAX_QUERY_TOKENS)
    .map((pair) => decoded(pair.slice(pair.indexOf('=') + 1)))

/** A `+` is itself: RGW sends the query as it was configured, and nobody's token holds a space. */
const decoded = (value: string): string => {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
