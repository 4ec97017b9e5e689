import * as z from 'zod'
import { type Issue, issuesOf } from '../../documents/document-issues.ts'
import { DesiredDocument } from './desired-schema.ts'
import { remedyFor, settingMeantBy } from './setting-names.ts'

export type Checked = {
  readonly issues: readonly Issue[]
  /**
   * The document without its faulty parts, or with replacements for them, so that the rest can be checked too. Absent if too
   * little is left.
   */
  readonly document?: DesiredDocument
}

/** Each pass may find faults in settings that the one before has renamed. */
const PASSES = 3

/** Checks names and types. */
export const checkSchema = (value: unknown): Checked => {
  const issues: Issue[] = []
  let rest = value
  for (let pass = 0; pass < PASSES; pass += 1) {
    const parsed = z.safeParse(DesiredDocument, rest, { reportInput: true })
    if (parsed.success) return { issues, document: parsed.data }
    issues.push(...parsed.error.issues.flatMap((issue) => issuesOf(issue, remedyFor)))
    if (parsed.error.issues.some(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys')) break
    if (pass === 0) rest = structuredClone(rest)
    for (const issue of parsed.error.issues) repair(rest, issue)
  }
  return { issues }
}

type Mutable = Record<PropertyKey, unknown>

const repair = (root: unknown, issue: z.core.$ZodIssue): void => {
  const steps = issue.code === 'unrecognized_keys' ? issue.path : issue.path.slice(0, -1)
  const parent = steps.reduce((found, step) => (found as Mutable | undefined)?.[step], root) as Mutable | undefined // The path is in it.
  if (typeof parent !== 'object' || parent === null) return
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      const meant = settingMeantBy(key, issue.path)
      if (meant !== undefined && !Object.hasOwn(parent, meant)) parent[meant] = parent[key]
      delete parent[key]
    }
    return
  }
  const last = issue.path.at(-1) ?? ''
  const name = `at-fault-${issue.path.filter((step) => typeof step === 'number').join('-')}`
  const owner = steps.at(-1)
  if (typeof last === 'string' && ['name', 'id', 'topic'].includes(last)) parent[last] = name
  else if (!Array.isArray(parent)) delete parent[last]
  else if (owner === 'topics') parent[last as number] = { name, existing: true }
  else if (owner === 'buckets') parent[last as number] = { name }
  else if (owner === 'rules') parent[last as number] = { id: name, topic: name }
  else parent[last as number] = owner === 'events' ? 'ObjectCreated:*' : name
}

/** Whether a fault is about the place of another one, of which it may only be a consequence. */
export const isUnder = (path: string, faulty: ReadonlySet<string>): boolean => {
  const steps = path.split('.')
  return steps.some((_, index) => faulty.has(steps.slice(0, index + 1).join('.')))
}
