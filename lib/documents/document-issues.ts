import type * as z from 'zod/mini'
import { suggestion } from '../process/did-you-mean.ts'
import { TidingsError } from '../process/errors.ts'

/** A fault of a document: what is wrong, where, and what to write instead. It never contains a value that may be secret. */
export type Issue = {
  /** From the root of the document, e.g. `topics.0.endpoint`. */
  readonly path: string
  readonly message: string
  /** Where that begins in the text of the document, counted from 1. Absent where no text was given. */
  readonly line?: number
  readonly column?: number
}

const MAX_ISSUES = 50

/** The first ones, and a last one that counts the rest. */
export const firstOf = (issues: readonly Issue[]): readonly Issue[] => {
  const rest = { path: '', message: `and ${issues.length - MAX_ISSUES} more faults` }
  return issues.length > MAX_ISSUES + 1 ? [...issues.slice(0, MAX_ISSUES), rest] : issues
}

/** Error thrown when a text that a person wrote cannot be read, or does not say what can be done. */
export class DocumentError extends TidingsError {
  override readonly name = 'DocumentError'
  readonly code = 'document_invalid'
  readonly status = 422
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[], options: { readonly cause?: unknown } = {}) {
    const told = firstOf(issues)
    super(told.map(issueText).join('; '), options)
    this.issues = told
  }
}

type Place = Pick<Issue, 'line' | 'column'>

/** A document of which nothing can be used. */
export const invalid = (message: string, place: Place = {}): DocumentError =>
  new DocumentError([{ path: '', message, ...place }])

/** In levels. */
export const MAX_DEPTH = 64

export const tooDeep = (): DocumentError =>
  invalid(`the document is nested deeper than ${MAX_DEPTH} levels: make it flatter`)

export const duplicateKey = (place?: Place): DocumentError =>
  invalid('the same key stands twice in one mapping: remove one', place)

/** `line 3, column 5: topics.0.endpoint: …` */
export const issueText = ({ path, message, line, column }: Issue): string =>
  [line === undefined ? '' : `line ${line}, column ${column}`, path, message].filter(Boolean).join(': ')

/** Advice on how to correct an unknown key at this path of the document: `write endpoint`. */
export type Remedy = (key: string, path: readonly PropertyKey[]) => string

/** A zod issue in our words. An object with several unknown keys has an issue for each. */
export const issuesOf = (issue: z.core.$ZodIssue, remedyFor: Remedy): Issue[] => {
  const path = issue.path.join('.')
  const at = (message: string): Issue[] => [{ path, message: path === '' ? `the document ${message}` : message }]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const name = shownKey(key)
        const message = `there is no such setting here: ${remedyFor(key, issue.path)}`
        return { path: path === '' ? name : `${path}.${name}`, message }
      })
    case 'invalid_type':
      return at(typeText(issue.expected, issue.input))
    case 'invalid_value':
      if (issue.input === undefined) return at(`is missing: write ${alternatives(issue.values)}`)
      return at(`must be ${alternatives(issue.values)}${foundValue(issue.input, issue.values.map(String))}`)
    case 'invalid_union': {
      const branch = issue.errors.find((errors) => errors.every((error) => !isOfAnotherType(error)))
      if (branch !== undefined)
        return branch.flatMap((error) => issuesOf({ ...error, path: [...issue.path, ...error.path] }, remedyFor))
      return at(`${issue.message === UNSAID ? 'must be something else' : issue.message}, got ${foundType(issue.input)}`)
    }
    case 'invalid_key':
      return at('has an empty name: write one before the colon')
    default:
      return at(typeof issue.input === 'number' ? `${issue.message}, got ${issue.input}` : issue.message)
  }
}

const alternatives = (values: readonly unknown[]): string =>
  values.length < 2 ? String(values[0]) : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`

/** zod's message where a schema gives none. */
const UNSAID = 'Invalid input'

/** A union was meant to be another of its kinds: a text where this one is a list. */
const isOfAnotherType = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union')

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping of names to texts',
  nonoptional: 'a value',
}

const typeText = (expected: string, found: unknown): string => {
  const wanted = TYPES[expected] ?? expected
  if (found === undefined) return `is missing: write ${wanted}`
  const isQuoted = typeof found === 'string' && /^(true|false|\d+)$/i.test(found) && expected !== 'array'
  if (isQuoted) return `must be ${wanted}, got the text "${found}": write ${found.toLowerCase()} without quotes`
  return `must be ${wanted}, got ${PLAIN.has(expected) ? foundWord(found) : foundType(found)}`
}

/** Where one of these belongs, nobody writes a secret. */
const PLAIN = new Set(['boolean', 'int', 'number'])

/** A short word or a number as it was found. */
const foundWord = (found: unknown): string => {
  if (typeof found === 'number' || typeof found === 'boolean') return String(found)
  return typeof found === 'string' && /^[\w.-]{1,20}$/.test(found) ? `'${found}'` : foundType(found)
}

const foundType = (found: unknown): string => {
  if (found === null) return 'nothing (null)'
  if (Array.isArray(found)) return 'a list'
  const types: Readonly<Record<string, string>> = { string: 'a text', object: 'a mapping' }
  return types[typeof found] ?? `a ${typeof found}`
}

/** Where words of our own choice belong. */
const foundValue = (found: unknown, words: readonly string[]): string =>
  `, got ${foundWord(found)}${typeof found === 'string' ? suggestion(found, words).replace(/^ /, '. ') : ''}`

/** A text that was taken for a key, such as a whole document in UTF-16, may hold secrets. */
const shownKey = (key: string): string => (/^[\w .:-]{1,64}$/.test(key) ? key : `(a key of ${key.length} characters)`)
