import type * as z from 'zod'
import { TidingsError } from '../../process/errors.ts'
import { ATTRIBUTE_NAMES, attributeOf } from './topic-attributes.ts'

/** What is wrong with a document, where, and what to write instead. Never a value, which may be secret. */
export type Issue = {
  /** From the root of the document, e.g. `topics.0.endpoint`. */
  readonly path: string
  readonly message: string
}

/** Names that people who come from the gateway, from boto3 or from the S3 API write. */
const OTHER_NAMES = new Map<string, string>(
  [
    ...ATTRIBUTE_NAMES.flatMap((name) => {
      const { wire } = attributeOf(name)
      return [name, ...(typeof wire === 'string' ? [wire] : Object.values(wire))].map((other) => [other, name])
    }),
    ...['name', 'id', 'topic', 'topics', 'buckets', 'rules', 'events', 'filter', 'create', 'existing'].map((name) => [
      name,
      name,
    ]),
    ...['prefix', 'suffix', 'regex', 'metadata', 'tags'].map((name) => [name, name]),
  ].map(([other = '', name = '']) => [plain(other), name]),
)

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** The only name of a setting that one edit makes of a key, as in `persistant`. */
const nearest = (key: string): string | undefined => {
  const near = [...new Set(OTHER_NAMES.values())].filter((name) => isOneEditAway(key, name))
  return near.length === 1 ? near[0] : undefined
}

/** Whether one character was added, left out, replaced, or swapped with the next. */
const isOneEditAway = (key: string, name: string): boolean => {
  if (Math.abs(key.length - name.length) > 1) return false
  let at = 0
  while (at < name.length && key[at] === name[at]) at += 1
  const [ofKey, ofName] = [key.slice(at), name.slice(at)]
  const isSwapped = ofKey.slice(0, 2) === `${ofName[1]}${ofName[0]}` && ofKey.slice(2) === ofName.slice(2)
  return (
    isSwapped ||
    [
      [1, 1],
      [1, 0],
      [0, 1],
    ].some(([k, n]) => ofKey.slice(k) === ofName.slice(n))
  )
}

/** A text that was taken for a key, such as a whole document in UTF-16, may hold secrets. */
const shownKey = (key: string): string => (/^[\w .:-]{1,64}$/.test(key) ? key : `(a key of ${key.length} characters)`)

/** A zod issue in our words. An object with several unknown keys has an issue for each. */
export const issuesOf = (issue: z.core.$ZodIssue): Issue[] => {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = OTHER_NAMES.get(plain(key)) ?? nearest(key)
      const remedy = known !== undefined && known !== key ? `write ${known}` : 'take it away'
      const name = shownKey(key)
      return { path: path === '' ? name : `${path}.${name}`, message: `there is no such setting here: ${remedy}` }
    })
  }
  if (issue.code === 'invalid_type')
    return [
      {
        path,
        message: `is missing or of another type: write ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`,
      },
    ]
  if (issue.code === 'invalid_value') return [{ path, message: `use ${issue.values.join(', ')}` }]
  return [{ path, message: issue.message }]
}

const MAX_ISSUES = 50

/** Error thrown when a document does not say what can be done. Nothing was sent. */
export class DesiredError extends TidingsError {
  override readonly name = 'DesiredError'
  readonly code = 'desired_invalid'
  readonly status = 422
  /** The first ones, and a last one that counts the rest. */
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[], options: { readonly cause?: unknown } = {}) {
    const told = issues.slice(0, MAX_ISSUES)
    if (issues.length > MAX_ISSUES) told.push({ path: '', message: `and ${issues.length - MAX_ISSUES} more faults` })
    const sentences = told.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    super(sentences.join('; '), { ...options, ...(issues[0] && { field: issues[0].path }) })
    this.issues = told
  }

  override get details() {
    return { issues: this.issues }
  }
}

/** Error thrown when a document needs what is not there and is not ours to create. Nothing was sent. */
export class UnmetError extends TidingsError {
  override readonly name = 'UnmetError'
  readonly code = 'desired_unmet'
  readonly status = 409
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '), issues[0] && { field: issues[0].path })
    this.issues = issues
  }

  override get details() {
    return { issues: this.issues }
  }
}
