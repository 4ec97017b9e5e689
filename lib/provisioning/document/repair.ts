import * as z from 'zod/mini'
import { type Issue, issuesOf } from '../../documents/document-issues.ts'
import { nearest } from '../../process/did-you-mean.ts'
import { Bucket, DesiredDocument, Filter, Rule, Topic } from './desired-schema.ts'
import { ATTRIBUTE_NAMES, attributeOf } from './topic.ts'

/** The settings of each part of a document. */
const SETTINGS = {
  document: Object.keys(DesiredDocument.shape),
  topic: Object.keys(Topic.shape),
  bucket: Object.keys(Bucket.shape),
  rule: Object.keys(Rule.shape),
  filter: Object.keys(Filter.shape),
}

type Part = keyof typeof SETTINGS

/** Names from the gateway, boto3, the S3 API and Rook, each with the name to write instead. */
const FOREIGN: Readonly<Record<Part, Readonly<Record<string, string>>>> = {
  document: { topic: 'topics', bucket: 'buckets' },
  topic: {
    topicname: 'name',
    uri: 'endpoint',
    attributes: 'the attributes themselves, such as endpoint and persistent',
    disableverifyssl: 'verifySsl: false',
    sendcloudevents: 'cloudevents',
    ...Object.fromEntries(
      ATTRIBUTE_NAMES.flatMap((name) => {
        const { wire } = attributeOf(name)
        return (typeof wire === 'string' ? [wire] : Object.values(wire)).map((foreign) => [plain(foreign), name])
      }),
    ),
  },
  bucket: {
    bucket: 'name',
    bucketname: 'name',
    notifications: 'rules',
    topicconfigurations: 'rules',
    locationconstraint: 'placement',
    pattern: 'match',
  },
  rule: { name: 'id', topicarn: 'topic', topicname: 'topic', keyfilters: 'filter', filterrules: 'filter' },
  filter: {
    key: 'prefix, suffix and regex themselves',
    s3key: 'prefix, suffix and regex themselves',
    filterrules: 'prefix, suffix and regex themselves',
    keyfilters: 'prefix, suffix and regex themselves',
    s3metadata: 'metadata',
    metadatafilters: 'metadata',
    s3tags: 'tags',
    tagfilters: 'tags',
  },
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

const partAt = (path: readonly PropertyKey[]): Part | undefined => {
  const names = path.filter((step) => typeof step !== 'number').join('.')
  const parts: Readonly<Record<string, Part>> = {
    '': 'document',
    topics: 'topic',
    buckets: 'bucket',
    'buckets.rules': 'rule',
    'buckets.rules.filter': 'filter',
  }
  return Object.hasOwn(parts, names) ? parts[names] : undefined
}

/** The setting that was probably meant by an unknown key at this path of the document. */
const meantBy = (key: string, path: readonly PropertyKey[]): string | undefined => {
  const part = partAt(path)
  if (part === undefined || key.length > 64) return undefined
  const names = SETTINGS[part]
  const foreign = FOREIGN[part]
  return (
    names.find((name) => plain(name) === plain(key)) ??
    (Object.hasOwn(foreign, plain(key)) ? foreign[plain(key)] : undefined) ??
    nearest(key, names)
  )
}

/** The setting that was probably meant, if it is a single name that can replace the key. */
const settingMeantBy = (key: string, path: readonly PropertyKey[]): string | undefined => {
  const [meant, part] = [meantBy(key, path), partAt(path)]
  return meant !== undefined && part !== undefined && SETTINGS[part].includes(meant) ? meant : undefined
}

/** Advice on how to correct an unknown key. */
export const remedyFor = (key: string, path: readonly PropertyKey[]): string => {
  const meant = meantBy(key, path)
  if (meant !== undefined) return `write ${meant}`
  const part = partAt(path)
  const home = (['filter', 'rule', 'bucket', 'topic', 'document'] as const).find((other) =>
    SETTINGS[other].includes(key),
  )
  if (home !== undefined && home !== part) return `it belongs to a ${home}: move it there, or remove it`
  return part === undefined || part === 'topic' ? 'remove it' : `remove it, or use one of ${SETTINGS[part].join(', ')}`
}

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
