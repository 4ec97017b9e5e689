import { rawNumber } from '../process/raw-number.ts'
import { REDACTED } from '../process/secrets.ts'
import { hideInText } from './hide-in-text.ts'
import { redactObject } from './redact-object.ts'

/**
 * A text without its secrets, be it JSON, JSON inside JSON, the repr of a Python object, YAML, a query or prose, whole or broken.
 * A text that is JSON stays JSON with the same names: where a search of the whole would break it, each of its texts is searched
 * on its own, and the spaces between them are lost.
 */
export const redactText = (text: string): string => {
  const redacted = hideInText(text)
  if (redacted === text || !OPENS_JSON.test(text)) return redacted
  try {
    return hasNamesOf(parsed(text), parsed(redacted)) ? redacted : redactDocument(text)
  } catch {
    // No JSON, or nested too deeply to be walked.
    return redacted
  }
}

const OPENS_JSON = /^\s{0,9}[{["]/

/** @throws SyntaxError for no JSON, DecodeError where it is nested too deeply */
const redactDocument = (text: string): string => {
  const document: unknown = JSON.parse(text, withExactNumbers as (key: string, value: unknown) => unknown)
  // A list and a bare text can be walked inside an object only.
  return JSON.stringify(redactObject({ document }, redactText).object.document)
}

/** The third parameter is in Node since 21, and not yet in the library types of ES2024. */
const withExactNumbers = (_key: string, value: unknown, { source }: { readonly source?: string }): unknown =>
  typeof value === 'number' && source !== undefined && source !== String(value) ? rawNumber(source) : value

type Parsed = { readonly value: unknown } | undefined

const parsed = (text: string): Parsed => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Whether a document has the names and items of another one, but for what is hidden. What is no JSON needs none. */
const hasNamesOf = (document: Parsed, redacted: Parsed): boolean =>
  document === undefined || (redacted !== undefined && isAlike(document.value, redacted.value))

const isAlike = (value: unknown, redacted: unknown): boolean => {
  if (redacted === REDACTED) return true
  if (typeof value === 'string' && typeof redacted === 'string')
    return value === redacted || !OPENS_JSON.test(value) || hasNamesOf(parsed(value), parsed(redacted))
  if (Array.isArray(value)) return Array.isArray(redacted) && areAlike(value, redacted)
  if (!isObject(value)) return typeof value === typeof redacted
  if (!isObject(redacted) || Array.isArray(redacted)) return false
  const names = Object.keys(value)
  const others = Object.keys(redacted)
  return (
    names.length === others.length &&
    names.every((name, index) => others[index] === name && isAlike(value[name], redacted[name]))
  )
}

const areAlike = (items: readonly unknown[], others: readonly unknown[]): boolean =>
  items.length === others.length && items.every((item, index) => isAlike(item, others[index]))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
