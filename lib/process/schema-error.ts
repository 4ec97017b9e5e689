import * as z from 'zod/mini'
import { SchemaError } from './errors.ts'

/**
 * Why a value does not fit a schema, in a sentence: the path from the root of the sender's document, and what was
 * expected there. Values are left out, since they may be secrets. Slow, so for values that failed `z.validate` only.
 */
export const schemaError = (schema: z.ZodMiniType, value: unknown, root: readonly PropertyKey[]): SchemaError => {
  const issues = z.safeParse(schema, value).error?.issues ?? []
  const first = issues[0]
  const field = [...root, ...(first?.path ?? [])].join('.')
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return new SchemaError(`${field}: ${first ? expectation(first) : 'does not fit'}${more}`, { field })
}

const expectation = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' ? `expected ${issue.expected}` : issue.message
