import * as z from 'zod/mini'
// `z.core` is not used, because it would bring all of itself into each bundle.
import { version } from 'zod/v4/core'
import { SchemaError } from './errors.ts'

type Compile = <Schema extends z.core.$ZodType>(schema: Schema) => Schema

/**
 * A process may hold two copies of this package: the host's, and that of a user's module. The compiler that the host chooses is used
 * by both, if both have the same version of zod.
 */
const COMPILER = Symbol.for(`tidings.compile/zod@${version.major}.${version.minor}.${version.patch}`)
const shared = globalThis as { [COMPILER]?: Compile }

// Code that zod generates at the first check costs more than it saves in a process with few checks.
if (shared[COMPILER] === undefined) z.config({ jitless: true })

/**
 * Makes every schema loaded from now on a compiled one (`z.compile`): ten times as fast, for 14 ms of CPU at start and
 * 35 kB of code (docs/performance.md). It pays in a long-lived process, so our host asks for it. A Lambda function that
 * starts for one notification does not.
 */
export const compileSchemasWith = (compile: Compile): void => {
  z.config({ jitless: false })
  shared[COMPILER] = compile
}

/** A schema of the wire, compiled where the process has asked for it. Use with `z.validate`. */
export const wireSchema: Compile = (schema) => shared[COMPILER]?.(schema) ?? schema

/**
 * Says in a sentence why a value does not fit a schema: the path from the root of the sender's document, and the type that was
 * expected there. It leaves values out, since they may be secrets. It is slow: use it only for values that failed `z.validate`.
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
