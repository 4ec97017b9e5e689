import type { TextView } from './text-view.ts'
import { backslashesBefore, endOfBare, endOfQuoted, isBlank, isQuote, openingQuote, skipBlanks } from './value-span.ts'

/**
 * Where the credentials of a header end whose first word ends at `end`: behind the scheme stand a token or parameters (RFC 9110,
 * 11.4), and one cookie follows the other (RFC 6265, 4.2).
 *
 * @param isHeader whether the key is known to be such a header, whatever the first word
 */
export const endOfCredentials = (view: TextView, start: number, end: number, isHeader: boolean): number => {
  const { text } = view
  const first = text.slice(start, Math.min(end, start + MAX_SCHEME))
  const isScheme = SCHEME.test(first)
  if (!isScheme && !isHeader) return end
  let at = end
  if (isScheme || WORD.test(first)) at = endOfPart(view, at)
  if (/^chap$/i.test(first)) at = endOfPart(view, at)
  for (;;) {
    if (text[at] !== ',' && text[at] !== ';') return at
    const next = skipBlanks(text, at + 1)
    PARAMETER.lastIndex = next
    if (!PARAMETER.test(text)) return at
    at = endOfParameter(view, next)
  }
}

export const SCHEMES =
  'bearer|basic|digest|negotiate|ntlm|token|apikey|oauth|hawk|gssapi|signature|chap|vapid|aws|aws4-[\\w-]+|hmac[\\w-]*|scram-[\\w-]+'
const SCHEME = new RegExp(`^(?:${SCHEMES})$`, 'i')
const MAX_SCHEME = 40
const WORD = /^[a-z][\w-]*$/i
const PARAMETER = /[\w.-]{1,80}=/y

/** The next word of the same line, if there is one. */
const endOfPart = (view: TextView, from: number): number => {
  let next = from
  while (view.text[next] === ' ' || view.text[next] === '\t') next++
  const character = view.text[next]
  return next === from || character === undefined || isBlank(character) || isQuote(character) || /[-,;]/.test(character)
    ? from
    : endOfParameter(view, next)
}

const endOfParameter = ({ text, ...view }: TextView, from: number): number => {
  const end = endOfBare({ text, ...view }, from, 1)
  const quoteAt = text[end - 1] === '=' ? openingQuote(text, end) : undefined
  if (quoteAt === undefined) return end
  return Math.min(text.length, endOfQuoted(text, quoteAt) + backslashesBefore(text, quoteAt) + 1)
}
