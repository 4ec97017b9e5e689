import { DecodeError } from '../process/errors.ts'
import { isRawNumber } from '../process/raw-number.ts'
import { REDACTED } from '../process/secrets.ts'
import { hideInText } from './hide-in-text.ts'
import { mayHoldSecret } from './may-hold-secret.ts'
import { isSecretName, judgeKey, type KeyVerdict } from './secret-key.ts'
import { isBasicCredentials, saysNothing } from './value-span.ts'

export type Fields = Readonly<Record<string, unknown>>

export type Redacted = {
  readonly object: Fields
  /** Whether it holds a whole number that a double cannot. The walk sees them all anyhow. */
  readonly hasBigNumber: boolean
  /** Whether it holds one of kombu's typed values. */
  readonly hasTypedValue: boolean
}

/** No notification nests deeper than 20; beyond some 4,000, JSON.stringify overflows the stack. */
const MAX_DEPTH = 200

/**
 * An object without its secrets: what stands under the name of a secret at any depth, and what `hideInText` finds in its texts.
 * Whatever holds none is not copied but shared with the object given.
 *
 * @param search for secrets in a text
 * @throws DecodeError where it is nested too deeply
 */
export const redactObject = (object: object, search: Search = hideInText): Redacted => {
  const walk: Walk = { search, depth: 0, bigNumbers: 0, typedValues: 0 }
  const redacted = redactFields(object as Fields, walk) // Any object can be looked up by name.
  return { object: redacted, hasBigNumber: walk.bigNumbers > 0, hasTypedValue: walk.typedValues > 0 }
}

type Search = (text: string) => string

type Walk = { readonly search: Search; depth: number; bigNumbers: number; typedValues: number }

const redact = (value: unknown, verdict: KeyVerdict, walk: Walk): unknown => {
  if (typeof value === 'string') return mayHoldSecret(value, verdict) ? walk.search(value) : value
  if (typeof value === 'number') {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) walk.bigNumbers++
    return value
  }
  if (typeof value !== 'object' || value === null) return value
  if (++walk.depth > MAX_DEPTH) throw new DecodeError(`the notification is nested more than ${MAX_DEPTH} levels deep`)
  const redacted = Array.isArray(value) ? redactList(value, walk) : redactFields(value as Fields, walk) // As above.
  walk.depth--
  return redacted
}

const redactList = (list: readonly unknown[], walk: Walk): unknown => {
  if (isCommandLine(list)) return redactCommandLine(list, walk)
  let copy: unknown[] | undefined
  let isInKey = false
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    const redacted = isInKey && typeof item === 'string' ? hidden(item) : redactItem(item, walk)
    if (typeof item === 'string') isInKey = isInKey ? !item.includes('-END') : beginsPrivateKey(item)
    if (redacted === item) continue
    copy ??= [...list]
    copy[index] = redacted
  }
  return copy ?? list
}

const redactItem = (item: unknown, walk: Walk): unknown =>
  isPair(item) ? redactPair(item, walk) : redact(item, 'plain', walk)

/** The lines of a private key may be items of a list. */
const beginsPrivateKey = (item: string): boolean =>
  item.length < MAX_KEY_LINE && item.includes('-BEGIN') && item.includes('PRIVATE KEY') && !item.includes('-END')

const MAX_KEY_LINE = 200

/** A secret's name and its value, and the type between the two in ceilometer's traits. */
const isPair = (item: unknown): item is readonly unknown[] =>
  Array.isArray(item) &&
  (item.length === 2 || (item.length === 3 && typeof item[1] === 'number')) &&
  typeof item[0] === 'string' &&
  isSecretName(item[0])

const redactPair = (pair: readonly unknown[], walk: Walk): readonly unknown[] => [
  ...pair.slice(0, -1).map((item) => redact(item, 'plain', walk)),
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
  // An argument may break off inside a field of its own, and take the next one with it.
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

/** An option of one letter may be any program's. */
const mayTakeSecret = (option = ''): boolean =>
  option.startsWith('-') && (option.length === 2 || isSecretName(option.replace(/^--?/, '')))

const redactFields = (fields: Fields, walk: Walk): Fields => {
  let copy: Record<string, unknown> | undefined
  let hasName = false
  let hasValue = false
  let hasTextAsName = false
  for (const key in fields) {
    const value = fields[key]
    const verdict = judgeKey(key)
    let isHidden = false
    // Most keys are plain, and each comparison counts.
    if (verdict !== 'plain' && verdict !== 'id') {
      if (verdict === 'name') hasName = true
      else if (verdict === 'value') hasValue = true
      else if (verdict === 'typed') walk.typedValues++
      else if (verdict === 'text') hasTextAsName = true
      else isHidden = isSecret(verdict, value)
    }
    const redacted = isHidden ? hidden(value) : redact(value, verdict, walk)
    if (redacted === value) continue
    copy ??= { ...fields }
    copy[key] = redacted
  }
  let result = copy ?? fields
  if (hasName && hasValue) result = redactEntry(result)
  return hasTextAsName ? withSafeNames(result) : result
}

const isSecret = (verdict: KeyVerdict, value: unknown): boolean =>
  verdict === 'secret' ||
  (verdict === 'secrets' && typeof value !== 'number') ||
  (verdict === 'credential' && typeof value !== 'object') ||
  (verdict === 'basic' && typeof value === 'string' && isBasicCredentials(value))

/** An entry of a list of names and values, `{"key":"admin_pass","value":"…"}`: hidden by what stands beside the value. */
const redactEntry = (fields: Fields): Fields => {
  const entries = Object.entries(fields)
  const isSecrets = entries.some(
    ([key, value]) => typeof value === 'string' && judgeKey(key) === 'name' && isSecretName(value),
  )
  if (!isSecrets) return fields
  return Object.fromEntries(entries.map(([key, value]) => [key, judgeKey(key) === 'value' ? hidden(value) : value]))
}

/** A name may be a token itself. */
const withSafeNames = (fields: Fields): Fields => {
  const names = Object.keys(fields)
  if (names.every((name) => hideInText(name) === name)) return fields
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [hideInText(name), value]))
}

/** Nothing, yes and no give nothing away, and say that there was no secret. */
const hidden = (value: unknown): unknown => {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return saysNothing(value) ? value : REDACTED
  if (typeof value !== 'object' || isRawNumber(value)) return REDACTED
  return Object.keys(value).length === 0 ? value : REDACTED
}
