import type { Frames } from './frames.ts'
import type { Key } from './key-before.ts'
import type { KeyVerdict } from './secret-key.ts'
import type { TextView } from './text-view.ts'
import {
  backslashesBefore,
  endOfBare,
  endOfQuoted,
  isBasicCredentials,
  isBlank,
  isOpening,
  isQuote,
  openingQuote,
  saysNothing,
  skipBlanks,
  valueSpan,
} from './value-span.ts'

/** Hides a part of a view. `quote` is written around the replacement. */
export type Hide = (start: number, end: number, quote?: string) => void

export type Scan = {
  readonly view: TextView
  readonly hide: Hide
  readonly frames: Frames
  /** The one-letter options that take a password, for the programs that the text names. Undefined until the first option. */
  options: string | undefined
  /** How many elements of XML are open beside the name of a secret. Undefined if no such name came in the element around. */
  elements: number | undefined
}

/** @returns the position where the scan continues: after the value if it was hidden */
export const hideValue = (
  { view, hide }: Pick<Scan, 'view' | 'hide'>,
  key: Pick<Key, 'name' | 'quote'>,
  verdict: KeyVerdict,
  from: number,
  encoding: number,
): number => {
  const { text } = view
  const start = key.quote === '' ? skipSpaces(text, from) : skipBlanks(text, from)
  if ((verdict === 'credential' || verdict === 'basic') && isOpening(text[start])) return start
  const span = valueSpan(view, start, encoding)
  if (verdict === 'basic' && !isBasicCredentials(text.slice(span.start, span.end))) return from
  if (span.kind !== 'bare') {
    if (!saysNothing(text.slice(span.start, span.end)))
      hide(span.start, span.end, span.kind === 'quoted' ? '' : key.quote)
    return span.next
  }
  const end = endOfCredentials(view, span.start, span.end, HEADER.test(key.name))
  const value = text.slice(span.start, end)
  if (!saysNothing(value) && !(verdict === 'secrets' && /^\d+$/.test(value))) hide(span.start, end, key.quote)
  return Math.max(end, from)
}

const HEADER = /authorization$|cookie$/i

export const skipSpaces = (text: string, from: number): number => {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}

/**
 * The end of the credentials in a header whose first word ends at `end`. A token or parameters follow the scheme (RFC 9110,
 * 11.4), and cookies follow each other (RFC 6265, 4.2).
 *
 * @param isHeader whether the key is known to be such a header, whatever the first word is
 */
export const endOfCredentials = (view: TextView, start: number, end: number, isHeader: boolean): number => {
  const { text } = view
  const first = text.slice(start, Math.min(end, start + MAX_SCHEME))
  const isScheme = SCHEME.test(first)
  if (!isScheme && !isHeader) return end
  let at = isParameterAt(text, start) ? endOfParameter(view, start) : end
  if (isScheme || WORD.test(first)) at = endOfPart(view, at)
  if (/^chap$/i.test(first)) at = endOfPart(view, at)
  for (;;) {
    const separator = skipSpaces(text, at)
    if (text[separator] !== ',' && text[separator] !== ';') return at
    const next = skipBlanks(text, separator + 1)
    if (!isParameterAt(text, next)) return at
    at = endOfParameter(view, next)
  }
}

export const SCHEMES =
  'bearer|basic|digest|negotiate|ntlm|token|apikey|oauth|hawk|gssapi|signature|chap|vapid|aws|aws4-[\\w-]+|hmac[\\w-]*|scram-[\\w-]+'
const SCHEME = new RegExp(`^(?:${SCHEMES})$`, 'i')
const MAX_SCHEME = 40
const WORD = /^[a-z][\w-]*$/i
const PARAMETER = /[\w.-]{1,80}=/y

const isParameterAt = (text: string, at: number): boolean => {
  PARAMETER.lastIndex = at
  return PARAMETER.test(text)
}

/** The end of the next word in the same line, if there is one. */
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
