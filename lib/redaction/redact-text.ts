import { rawNumber } from '../process/json-text.ts'
import { REDACTED } from '../process/secrets.ts'
import { hideInText } from './hide-in-text.ts'
import { redactObject } from './redact-object.ts'

/**
 * Removes the secrets from a text: JSON, JSON inside JSON, the repr of a Python object, YAML, a query or prose, complete or
 * broken. JSON stays JSON with the same names. If a search of the whole text would break it, each text inside is searched on
 * its own, and the blanks between them are lost.
 */
export const redactText = (text: string): string => {
  const redacted = hideInText(text)
  if (redacted === text || !OPENS_JSON.test(text)) return redacted
  try {
    return hasNamesOf(parsed(text), parsed(redacted)) ? redacted : redactDocument(text)
  } catch {
    // It is not JSON, or it is nested too deeply for a walk.
    return redacted
  }
}

const OPENS_JSON = /^\s{0,9}[{["]/

/** @throws SyntaxError if it is not JSON, DecodeError if it is nested too deeply */
const redactDocument = (text: string): string => {
  const document: unknown = JSON.parse(text, withExactNumbers as (key: string, value: unknown) => unknown)
  // The walk starts at an object, so a list or a text is wrapped in one.
  return JSON.stringify(redactObject({ document }, redactText).object.document)
}

/** Node has the third parameter since version 21. The library types of ES2024 lack it. */
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

/** Whether both documents have the same names and items, except for hidden values. A text that is not JSON always passes. */
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
