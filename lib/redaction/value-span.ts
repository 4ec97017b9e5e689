import { ENCODED_QUOTES, type TextView } from './text-view.ts'

/** The position of a value in a view, without the quotes of a quoted text. */
export type ValueSpan = {
  readonly kind: 'quoted' | 'container' | 'bare'
  readonly start: number
  readonly end: number
  /** Where the text continues after the value. */
  readonly next: number
}

/**
 * The value at or after `from`: JSON, the repr of a Python object, or plain text. If its end is not clear, the value extends
 * to the end of the text, so that in doubt too much is hidden.
 *
 * @param encoding of the delimiter before the value: an encoded delimiter ends only a value that is encoded as often
 */
export const valueSpan = (view: TextView, from: number, encoding = 1): ValueSpan => {
  const { text } = view
  const quoteAt = openingQuote(text, from)
  if (quoteAt !== undefined) {
    const end = endOfQuoted(text, quoteAt)
    return { kind: 'quoted', start: quoteAt + 1, end, next: end }
  }
  if (isOpening(text[from])) {
    const end = endOfContainer(text, from)
    // `{SHA256}4f5e…` is one value.
    if (!WORD.test(text[end] ?? '')) return { kind: 'container', start: from, end, next: end }
    const next = endOfBare(view, end, encoding)
    return { kind: 'bare', start: from, end: next, next }
  }
  const end = endOfBare(view, from, encoding)
  return { kind: 'bare', start: from, end, next: end }
}

/** Whether a value shows that there is no secret: null, a boolean, an empty value, or one that is already masked. */
export const saysNothing = (value: string): boolean => NOTHING.test(value)

/** Whether a text is `user:password` in base64. Other base64 rarely becomes printable ASCII with a colon. */
export const isBasicCredentials = (text: string): boolean =>
  BASE64.test(text) && PRINTABLE_PAIR.test(Buffer.from(text, 'base64').toString('latin1'))

const BASE64 = /^[\w+/-]{4,4000}={0,2}$/
const PRINTABLE_PAIR = /^[\x20-\x39\x3b-\x7e]+:[\x20-\x7e]*$/

const NOTHING = /^(?:null|none|true|false|undefined|\[\s{0,9}\]|\{\s{0,9}\}|\(\s{0,9}\)|\*+|\[redacted\])?$/i
const WORD = /[\w+/]/

export const isQuote = (character: string | undefined): boolean =>
  character === '"' || character === "'" || character === ENCODED_QUOTES['"'] || character === ENCODED_QUOTES["'"]

export const isOpening = (character: string | undefined): boolean =>
  character === '{' || character === '[' || character === '('

export const isClosing = (character: string | undefined): boolean =>
  character === '}' || character === ']' || character === ')'

export const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r'

export const skipBlanks = (text: string, from: number): number => {
  let at = from
  while (isBlank(text[at])) at++
  return at
}

/** The position of the opening quote of a text at `from`, after backslashes and Python's `u` or `b`. */
export const openingQuote = (text: string, from: number): number | undefined => {
  const start = /[ub]/i.test(text[from] ?? '') ? from + 1 : from
  let at = start
  while (text[at] === '\\') at++
  const level = at - start
  // Each level of JSON inside JSON doubles the backslashes and adds one.
  return isQuote(text[at]) && (level & (level + 1)) === 0 ? at : undefined
}

export const backslashesBefore = (text: string, at: number): number => {
  let count = 0
  while (text[at - count - 1] === '\\') count++
  return count
}

/**
 * The end of a quoted text. Inside another text, quotes are escaped: the closing quote has as many backslashes as the opening
 * one, besides pairs of escaped backslashes. A quote with fewer backslashes ends the outer text.
 */
export const endOfQuoted = (text: string, openingAt: number): number => {
  const level = backslashesBefore(text, openingAt)
  const quote = text[openingAt]
  let backslashes = 0
  for (let at = openingAt + 1; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') {
      backslashes++
      continue
    }
    if (character === quote && (backslashes < level || (backslashes - level) % (2 * (level + 1)) === 0))
      return at - Math.min(backslashes, level)
    backslashes = 0
  }
  return text.length
}

const endOfContainer = (text: string, from: number): number => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (isOpening(character)) depth++
    else if (isClosing(character)) depth--
    else if (isQuote(character) && opensText(text, at)) {
      at = endOfQuoted(text, at)
      while (text[at] === '\\') at++
    }
    if (depth === 0) return at + 1
  }
  return text.length
}

/** An apostrophe inside a word does not open a text. */
const opensText = (text: string, at: number): boolean =>
  text[at] !== "'" || !/[a-z\d]/i.test(text[at - 1] ?? '') || /[ub]/.test(text[at - 1] ?? '')

export const endOfBare = (view: TextView, from: number, encoding: number): number => {
  const { text } = view
  let at = from
  for (; at < text.length; at++) {
    const character = text[at] ?? ''
    if (isBlank(character) || isQuote(character)) break
    if (!ENDS_BARE.test(character)) continue
    if (view.encodingOf(at) > encoding) continue
    if (isClosing(character) ? endsAtClosing(text, at) : endsAtSeparator(text, at)) break
  }
  return isQuote(text[at]) ? Math.max(from, at - backslashesBefore(text, at)) : at
}

const ENDS_BARE = /[,;&<)\]}]/

const endsAtClosing = (text: string, at: number): boolean => !WORD.test(text[at + 1] ?? '')

/** A password can contain a comma. Only a comma before a blank, a quote or the next field ends it. */
const endsAtSeparator = (text: string, at: number): boolean => {
  if (text[at] === '<') return /[/a-z]/i.test(text[at + 1] ?? '')
  let next = at + 1
  if (next === text.length || isBlank(text[next]) || isQuote(text[next])) return true
  while (next - at < MAX_NAME && /[\w.-]/.test(text[next] ?? '')) next++
  return /[=:[]/.test(text[next] ?? '') || (next > at + 1 && text[next] === ';')
}

const MAX_NAME = 80
