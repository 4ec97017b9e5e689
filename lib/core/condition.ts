import { globMatcher } from './filter.ts'

/**
 * A test of a value. A text is a glob: `*` stands for any text, `?` for one character. A number, true, false or null must be
 * equal. A list: one of its tests must hold.
 */
export type Test = string | number | boolean | null | readonly Test[] | Words

/** The words of CloudEvents' subscription filters, and limits of a number. All that are given must hold. */
export type Words = {
  readonly exact?: string | undefined
  readonly prefix?: string | undefined
  readonly suffix?: string | undefined
  /** Both included. Only a number fits. */
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Whether the event has the value at all. */
  readonly exists?: boolean | undefined
  readonly any?: readonly Test[] | undefined
  readonly all?: readonly Test[] | undefined
  readonly not?: Test | undefined
}

export const WORDS: readonly (keyof Words)[] = [
  'exact',
  'prefix',
  'suffix',
  'min',
  'max',
  'exists',
  'any',
  'all',
  'not',
]

/** One value, or any of a list. */
export type OneOf<Value> = Value | readonly Value[]

type Holds = (value: unknown) => boolean

/** Whether the value of an attribute passes. Priorities are in lower case, and people write them in both. */
export const attributeMatcher = (name: string, test: Test): Holds =>
  testMatcher(name === 'priority' ? inLowerCase(test) : test)

const inLowerCase = (test: Test): Test => {
  if (typeof test === 'string') return test.toLowerCase()
  if (typeof test !== 'object' || test === null) return test
  if (isList(test)) return test.map(inLowerCase)
  return Object.fromEntries(Object.entries(test).map(([word, inner]) => [word, inLowerCase(inner ?? null)]))
}

export const testMatcher = (test: Test): Holds => {
  if (typeof test === 'string') {
    const matches = globMatcher(test)
    return itemOf((value) => isScalar(value) && matches(String(value)))
  }
  // Attributes are texts, also those that stand for a number.
  if (typeof test === 'number' || typeof test === 'boolean')
    return itemOf((value) => value === test || value === String(test))
  if (test === null) return itemOf((value) => value === null)
  return isList(test) ? oneOf(test) : wordsMatcher(test)
}

const wordsMatcher = ({ exact, prefix, suffix, min, max, exists, any, all = [], not }: Words): Holds => {
  const every: Holds[] = all.map(testMatcher)
  if (exact !== undefined) every.push(itemOf((value) => isScalar(value) && String(value) === exact))
  if (prefix !== undefined) every.push(itemOf((value) => isScalar(value) && String(value).startsWith(prefix)))
  if (suffix !== undefined) every.push(itemOf((value) => isScalar(value) && String(value).endsWith(suffix)))
  if (min !== undefined || max !== undefined) every.push(itemOf(isWithin(min, max)))
  if (exists !== undefined) every.push((value) => (value !== undefined) === exists)
  if (any !== undefined) every.push(oneOf(any))
  if (not !== undefined) {
    const holds = testMatcher(not)
    every.push((value) => !holds(value))
  }
  return (value) => every.every((holds) => holds(value))
}

const oneOf = (tests: readonly Test[]): Holds => {
  const some = tests.map(testMatcher)
  return (value) => some.some((holds) => holds(value))
}

/** A list in the event has what one of its items has. */
const itemOf =
  (holds: Holds): Holds =>
  (value) =>
    Array.isArray(value) ? value.some(holds) : holds(value)

const isWithin =
  (min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): Holds =>
  (value) => {
    const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value
    return typeof number === 'number' && number >= min && number <= max
  }

/**
 * A decimal number, also one with more digits than a double has: rounding never reverses the order of two numbers. Without an exponent,
 * because `1e3` may be an id. Bounded, because the text comes from outside.
 */
const NUMBER = /^-?\d{1,100}(\.\d{1,100})?$/

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** Array.isArray does not narrow a readonly list. */
const isList = (test: readonly Test[] | Words): test is readonly Test[] => Array.isArray(test)

/** The value at a path such as `s3.bucket.name`: own properties only; a number is a place in a list. */
export const valueAt = (root: unknown, path: string): unknown => {
  let value = root
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return value
}
