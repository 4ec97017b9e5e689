import { DecodeError } from '../../../errors.ts'
import { REDACTED } from '../../../secrets.ts'
import { isRawNumber } from '../reading/raw-number.ts'
import { redactText } from './redact-text.ts'
import { judgeKey } from './secret-key.ts'

export type Fields = Readonly<Record<string, unknown>>

export type Redacted = {
  readonly object: Fields
  /** Whether it holds a whole number that a double cannot. The walk sees them all anyhow. */
  readonly hasBigNumber: boolean
  /** Whether it holds one of kombu's typed values. */
  readonly hasTypedValue: boolean
}

/** No notification nests deeper than 20; beyond some 4,000, JSON.stringify overflows the stack. */
const MAX_DEPTH = 1000

/**
 * An object without its secrets: what stands under a secret key, at any depth, and what looks like a token of keystone's inside
 * any text. Whatever holds none is not copied but shared with the object given.
 *
 * @param text the JSON that the object was read from: it tells at one glance what its texts cannot hold
 * @throws DecodeError where it is nested too deeply
 */
export const redactObject = (object: object, text: string): Redacted => {
  const hasEscapes = hasEscapedAscii(text)
  const walk: Walk = {
    tokens: hasEscapes || text.includes('gAAAA'),
    fields: hasEscapes || text.includes('\\"') || text.includes("'") || text.includes('='),
    depth: 0,
    bigNumbers: 0,
    typedValues: 0,
  }
  const redacted = redactFields(object, walk)
  return { object: redacted, hasBigNumber: walk.bigNumbers > 0, hasTypedValue: walk.typedValues > 0 }
}

/** A character that a token or a field needs, from blank to `~`, written so that the text does not show it. */
const hasEscapedAscii = (text: string): boolean => {
  for (let at = text.indexOf(ESCAPE); at !== -1; at = text.indexOf(ESCAPE, at + ESCAPE.length)) {
    const digit = text[at + ESCAPE.length] ?? ''
    if (digit >= '2' && digit <= '7') return true
  }
  return false
}

const ESCAPE = '\\u00'

type Walk = {
  /** Whether a text may hold a token. */
  readonly tokens: boolean
  /** Whether a text may hold fields of its own: another document, the repr of a Python object, a query. */
  readonly fields: boolean
  depth: number
  bigNumbers: number
  typedValues: number
}

const redact = (value: unknown, walk: Walk): unknown => {
  if (typeof value === 'string') return mayHoldSecret(value, walk) ? redactText(value) : value
  if (typeof value === 'number') {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) walk.bigNumbers++
    return value
  }
  if (typeof value !== 'object' || value === null) return value
  if (++walk.depth > MAX_DEPTH) throw new DecodeError(`the notification is nested more than ${MAX_DEPTH} levels deep`)
  const redacted = Array.isArray(value) ? redactList(value, walk) : redactFields(value, walk)
  walk.depth--
  return redacted
}

const mayHoldSecret = (text: string, { tokens, fields }: Walk): boolean =>
  text.length > MIN_LENGTH &&
  ((tokens && text.includes('gAAAA')) || (fields && FIELDS.test(text)) || text.includes(': '))

/** `pwd='x'` is one of the shortest. */
const MIN_LENGTH = 6
const FIELDS = /["'=]/

const redactList = (list: readonly unknown[], walk: Walk): readonly unknown[] => {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const redacted = redact(list[index], walk)
    if (redacted === list[index]) continue
    copy ??= [...list]
    copy[index] = redacted
  }
  return copy ?? list
}

const redactFields = (object: object, walk: Walk): Fields => {
  const fields = walk.tokens ? withSafeNames(object) : (object as Fields) // Any object can be looked up by name.
  let copy: Record<string, unknown> | undefined
  for (const key in fields) {
    const value = fields[key]
    const verdict = judgeKey(key)
    if (verdict === 'typed') walk.typedValues++
    const redacted = verdict === 'secret' ? hidden(value) : redact(value, walk)
    if (redacted === value) continue
    copy ??= { ...fields }
    copy[key] = redacted
  }
  return copy ?? fields
}

/** A name may be a token itself. */
const withSafeNames = (object: object): Fields => {
  const names = Object.keys(object)
  if (!names.some((name) => name.includes('gAAAA'))) return object as Fields
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [redactText(name), value]))
}

/** Nothing, yes and no give nothing away, and say that there was no secret. */
const hidden = (value: unknown): unknown => {
  if (value === null || value === '' || typeof value === 'boolean') return value
  if (Array.isArray(value) && value.length === 0) return value
  if (typeof value === 'object' && !isRawNumber(value) && Object.keys(value).length === 0) return value
  return REDACTED
}
