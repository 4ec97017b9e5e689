import type * as z from 'zod'
import { ATTRIBUTE_NAMES, attributeOf } from './provisioning-attributes.ts'

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

/** A zod issue in our words. An object with several unknown keys has an issue for each. */
export const issuesOf = (issue: z.core.$ZodIssue): Issue[] => {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = OTHER_NAMES.get(plain(key))
      const remedy = known !== undefined && known !== key ? `write ${known}` : 'take it away'
      return { path: path === '' ? key : `${path}.${key}`, message: `there is no such setting here: ${remedy}` }
    })
  }
  if (issue.code === 'invalid_type')
    return [{ path, message: `is missing or of another type: write a ${issue.expected}` }]
  if (issue.code === 'invalid_value') return [{ path, message: `use ${issue.values.join(', ')}` }]
  return [{ path, message: issue.message }]
}
