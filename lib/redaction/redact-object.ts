import { DecodeError } from '../process/errors.ts'
import { isRawNumber } from '../process/json-text.ts'
import { REDACTED } from '../process/secrets.ts'
import { hideInText } from './hide-in-text.ts'
import { mayHoldSecret } from './may-hold-secret.ts'
import { FIRST_KEY, isSecretName, type JudgedKey, judgeKey, judgeNext, type KeyVerdict } from './secret-key.ts'
import { isBasicCredentials, saysNothing } from './value-span.ts'

export type Fields = Readonly<Record<string, unknown>>

export type Redacted = {
  readonly object: Fields
  /** Whether it has a whole number that a double cannot hold. The walk visits all numbers anyway. */
  readonly hasBigNumber: boolean
  /** Whether it has one of kombu's typed values. */
  readonly hasTypedValue: boolean
}

/** No known notification is nested deeper than 20 levels. Above about 4,000 levels JSON.stringify overflows the stack. */
const MAX_DEPTH = 200

/**
 * Removes the secrets from an object: the values under the name of a secret at any depth, and the secrets that `hideInText`
 * finds in its texts. The object is changed in place, so nobody else may hold it: copies would take longer than the search.
 *
 * @param search removes the secrets from a text
 * @throws DecodeError if the object is nested too deeply
 */
export const redactObject = (object: object, search: Search = hideInText): Redacted => {
  const walk: Walk = { search, last: FIRST_KEY, depth: 0, bigNumbers: 0, typedValues: 0 }
  const redacted = redactFields(object as Record<string, unknown>, walk) // Any object can be looked up by name.
  return { object: redacted, hasBigNumber: walk.bigNumbers > 0, hasTypedValue: walk.typedValues > 0 }
}

type Search = (text: string) => string

type Walk = {
  readonly search: Search
  /** The key that was judged last. */
  last: JudgedKey
  depth: number
  bigNumbers: number
  typedValues: number
}

const redact = (value: unknown, walk: Walk): unknown => {
  if (typeof value === 'string') return redactString(value, walk)
  if (typeof value === 'number') {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) walk.bigNumbers++
    return value
  }
  if (typeof value !== 'object' || value === null) return value
  if (++walk.depth > MAX_DEPTH) throw new DecodeError(`the notification is nested more than ${MAX_DEPTH} levels deep`)
  const redacted = Array.isArray(value) ? redactList(value, walk) : redactFields(value as Record<string, unknown>, walk) // As above.
  walk.depth--
  return redacted
}

/**
 * Hosts, projects, states and types are the same in most messages, and a comparison takes less time than `mayHoldSecret`. What
 * `hideInText` leaves as it is stays so with every other search.
 */
const redactString = (text: string, { last, search }: Walk): string => {
  if (text === last.clean) return text
  if (mayHoldSecret(text)) {
    const redacted = search(text)
    if (redacted !== text || search !== hideInText) return redacted
  }
  if (text.length < MAX_REMEMBERED) last.clean = text
  return text
}

/** A public key is shorter. Longer texts are not remembered, because up to 5,000 keys each keep one. */
const MAX_REMEMBERED = 500

const redactList = (list: unknown[], walk: Walk): unknown => {
  if (isCommandLine(list)) return redactCommandLine(list, walk)
  let isInKey = false
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    const redacted = isInKey && typeof item === 'string' ? hidden(item) : redactItem(item, walk)
    if (typeof item === 'string') isInKey = isInKey ? !item.includes('-END') : beginsPrivateKey(item)
    if (redacted !== item) list[index] = redacted
  }
  return list
}

const redactItem = (item: unknown, walk: Walk): unknown => (isPair(item) ? redactPair(item, walk) : redact(item, walk))

/** The lines of a private key can be items of a list. */
const beginsPrivateKey = (item: string): boolean =>
  item.length < MAX_KEY_LINE && item.includes('-BEGIN') && item.includes('PRIVATE KEY') && !item.includes('-END')

const MAX_KEY_LINE = 200

/** The name of a secret and its value. ceilometer's traits have a type between the two. */
const isPair = (item: unknown): item is readonly unknown[] =>
  Array.isArray(item) &&
  (item.length === 2 || (item.length === 3 && typeof item[1] === 'number')) &&
  typeof item[0] === 'string' &&
  isSecretName(item[0])

const redactPair = (pair: readonly unknown[], walk: Walk): readonly unknown[] => [
  ...pair.slice(0, -1).map((item) => redact(item, walk)),
  hidden(pair.at(-1)),
]

const isCommandLine = (list: readonly unknown[]): list is readonly string[] => {
  let hasOption = false
  for (const item of list) {
    if (typeof item !== 'string') return false
    hasOption ||= item.startsWith('-') && !item.startsWith('---')
  }
  return hasOption
}

const redactCommandLine = (list: readonly string[], { search }: Walk): unknown => {
  const text = JSON.stringify(list)
  const redacted = hideInText(text)
  if (redacted === text) return list
  // If an argument breaks off inside a field, the search hides the next argument with it.
  return (
    itemsOf(redacted, list.length) ??
    list.map((item, index) => (mayTakeSecret(list[index - 1]) ? hidden(item) : search(item)))
  )
}

const itemsOf = (json: string, length: number): unknown => {
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) && list.length === length ? list : undefined
  } catch {
    return undefined
  }
}

/** A one-letter option can belong to any program. */
const mayTakeSecret = (option = ''): boolean =>
  option.startsWith('-') && (option.length === 2 || isSecretName(option.replace(/^--?/, '')))

const redactFields = (fields: Record<string, unknown>, walk: Walk): Fields => {
  let hasName = false
  let hasValue = false
  let hasTextAsName = false
  for (const key in fields) {
    const value = fields[key]
    const judged = judgeNext(walk.last, key)
    const { verdict } = judged
    walk.last = judged
    let isHidden = false
    // Most keys are plain, and this is the hot path.
    if (verdict !== 'plain') {
      if (verdict === 'name') hasName = true
      else if (verdict === 'value') hasValue = true
      else if (verdict === 'typed') walk.typedValues++
      else if (verdict === 'text') hasTextAsName = true
      else isHidden = isSecret(verdict, value)
    }
    const redacted = isHidden ? hidden(value) : redact(value, walk)
    if (redacted !== value) fields[key] = redacted
  }
  if (hasName && hasValue) redactEntry(fields)
  return hasTextAsName ? withSafeNames(fields) : fields
}

const isSecret = (verdict: KeyVerdict, value: unknown): boolean =>
  verdict === 'secret' ||
  (verdict === 'secrets' && typeof value !== 'number') ||
  (verdict === 'credential' && typeof value !== 'object') ||
  (verdict === 'basic' && typeof value === 'string' && isBasicCredentials(value))

/** Hides the value of an entry such as `{"key":"admin_pass","value":"…"}`, if the name beside it is that of a secret. */
const redactEntry = (fields: Record<string, unknown>): void => {
  if (!hasSecretName(fields)) return
  for (const key in fields) if (judgeKey(key) === 'value') fields[key] = hidden(fields[key])
}

const hasSecretName = (fields: Fields): boolean => {
  for (const key in fields) {
    const value = fields[key]
    if (typeof value === 'string' && judgeKey(key) === 'name' && isSecretName(value)) return true
  }
  return false
}

/** A name can be a token itself. */
const withSafeNames = (fields: Fields): Fields => {
  const names = Object.keys(fields)
  if (names.every((name) => hideInText(name) === name)) return fields
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [hideInText(name), value]))
}

/** Null, booleans and empty values stay: they reveal nothing, and show that there was no secret. */
const hidden = (value: unknown): unknown => {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return saysNothing(value) ? value : REDACTED
  if (typeof value !== 'object' || isRawNumber(value)) return REDACTED
  return Object.keys(value).length === 0 ? value : REDACTED
}
