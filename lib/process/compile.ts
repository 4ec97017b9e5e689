import * as z from 'zod/mini'
// `z.core` is not used, because it would bring all of itself into each bundle.
import { version } from 'zod/v4/core'

type Compile = <Schema extends z.core.$ZodType>(schema: Schema) => Schema

/**
 * A process may hold two copies of this package: the host's, and that of a module of one's own. What the host asks for holds for
 * both, where both have the same zod.
 */
const COMPILER = Symbol.for(`tidings.compile/zod@${version.major}.${version.minor}.${version.patch}`)
const shared = globalThis as { [COMPILER]?: Compile }

// Code that zod generates at the first check costs more than it saves in a process with few checks.
if (shared[COMPILER] === undefined) z.config({ jitless: true })

/**
 * Makes every schema loaded from now on a compiled one (`z.compile`): ten times as fast, for 14 ms of CPU at start and
 * 35 kB of code (docs/performance.md). Worth it in a process that lives, so our host asks for it; a Lambda function that
 * starts for one notification does not.
 */
export const compileSchemasWith = (compile: Compile): void => {
  z.config({ jitless: false })
  shared[COMPILER] = compile
}

/** A schema of the wire, compiled where the process has asked for it. Use with `z.validate`. */
export const wireSchema: Compile = (schema) => shared[COMPILER]?.(schema) ?? schema
