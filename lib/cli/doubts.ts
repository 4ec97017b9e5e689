import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EVENT_NAMES } from '../ceph/ceph-event-names.ts'
import { attributeType } from '../core/cloudevent.ts'
import type { Test } from '../core/condition.ts'
import { globMatcher } from '../core/filter.ts'
import type { DocumentError, Issue } from '../documents/document-issues.ts'
import type { FunctionHandler, Notifications } from '../kit/function.ts'
import { kindOf } from '../openstack/describing/kind.ts'
import { nearest } from '../process/did-you-mean.ts'
import { hasCode } from '../process/errors.ts'
import type { Environment } from '../process/settings.ts'
import { readRoutes } from '../sinks/routes/read-routes.ts'
import type { ConditionDocument, RoutesDocument } from '../sinks/routes/route-document.ts'
import { CEPH_SAMPLE_EVENTS } from '../testing/ceph-sample.ts'
import { openstackSampleTypes } from '../testing/openstack-sample.ts'

/**
 * Probable mistakes in a function, for the person who writes it: a name that no known event has, as the type checker cannot see
 * in a variable, or no route at all.
 */
export const doubtsAbout = ({ notifications, patterns }: FunctionHandler): readonly string[] => {
  if (notifications === undefined || patterns === undefined) return []
  if (patterns.length === 0) return [`the function handles no event: add ${notifications}().on(…) or .otherwise(…)`]
  const names = KNOWN[notifications]()
  const lower = names.map((name) => name.toLowerCase())
  return patterns
    .filter(
      (pattern) =>
        !lower.some(globMatcher(bare(pattern).toLowerCase())) && !lower.includes(bare(pattern).toLowerCase()),
    )
    .map((pattern) => {
      const name = nearest(bare(pattern), names)
      const remedy = name === undefined ? 'check its spelling' : `did you mean ${name}?`
      return `.on('${pattern}') matches no event that ${SENDERS[notifications]} is known to send: ${remedy}`
    })
}

const SENDERS = { ceph: "Ceph's gateway", openstack: 'a service of OpenStack' } as const

const bare = (pattern: string): string => pattern.replace(/^s3:/i, '')

const cephNames = (): readonly string[] => [...new Set([...EVENT_NAMES, ...CEPH_SAMPLE_EVENTS])]

const openstackEvents = (): readonly {
  readonly service: string
  readonly eventType: string
  readonly kind: string
}[] =>
  [...openstackSampleTypes()].flatMap(([service, types]) =>
    types.map((eventType) => ({
      service,
      eventType,
      kind: kindOf({ service, eventType, priority: 'info', payload: {} }).kind,
    })),
  )

const KNOWN: Readonly<Record<Notifications, () => readonly string[]>> = {
  ceph: cephNames,
  openstack: () => [...new Set(openstackEvents().flatMap(({ eventType, kind }) => [eventType, kind]))],
}

/**
 * The tests of `type` in a document of routes that no known event passes, each with its path. It leaves out
 * the types of other senders: they have another prefix, and resemble no known name.
 */
export const doubtsAboutRoutes = ({ routes }: RoutesDocument): readonly Issue[] => {
  const tests = routes.flatMap(({ when = {} }, index) => typeTests(when, `routes.${index}.when`))
  if (tests.length === 0) return []
  const names = knownTypes()
  return tests.flatMap(({ path, pattern }) => {
    if (names.some(globMatcher(pattern))) return []
    const name = nearest(pattern, pattern.endsWith('.*') ? [...names, ...names.flatMap(groupsOf)] : names)
    if (name === undefined && !/^(com\.amazonaws\.s3|org\.openstack)\./.test(pattern)) return []
    const remedy = name === undefined ? 'check its spelling' : `did you mean ${name}?`
    const message = `'${pattern}' matches no event that ${SENDERS.ceph} or ${SENDERS.openstack} is known to send: ${remedy}`
    return [{ path, message }]
  })
}

/** The sinks and dead letters of routes that go to a file in a folder that this machine does not have. */
export const missingFolders = (document: RoutesDocument, environment: Environment): readonly Issue[] => {
  try {
    readRoutes(document, environment, missingFolder)
    return []
  } catch (error) {
    if (!hasCode<DocumentError>(error, 'document_invalid')) throw error
    return error.issues
  }
}

const missingFolder = (url: URL): string | undefined => {
  if (url.protocol !== 'file:') return undefined
  const folder = dirname(fileURLToPath(url))
  return existsSync(folder) ? undefined : `this machine has no folder ${folder}: create it where the function runs`
}

type TypeTest = { readonly path: string; readonly pattern: string }

const typeTests = ({ any = [], all = [], not, type }: ConditionDocument, path: string): readonly TypeTest[] => [
  ...patternsOf(type as Test | undefined, `${path}.type`), // By the schema.
  ...any.flatMap((one, index) => typeTests(one, `${path}.any.${index}`)),
  ...all.flatMap((one, index) => typeTests(one, `${path}.all.${index}`)),
  ...(not === undefined ? [] : typeTests(not, `${path}.not`)),
]

/** The patterns in a test. A list and an object of words have those of their items. `prefix` and `suffix` hold only a part of a type. */
const patternsOf = (test: Test | undefined, path: string): readonly TypeTest[] => {
  if (typeof test === 'string') return [{ path, pattern: test }]
  if (typeof test !== 'object' || test === null) return []
  return Object.entries(test).flatMap(([key, inner]) =>
    key === 'prefix' || key === 'suffix' ? [] : patternsOf(inner, `${path}.${key}`),
  )
}

/** The names by which an event passes a test of `type` (condition.ts), whose capitals count. */
const knownTypes = (): readonly string[] => {
  // Releases of RGW write it in both ways.
  const ceph = cephNames().flatMap((name) => [name, name.replace('NonCurrent', 'Noncurrent')])
  return [
    ...ceph.flatMap((name) => [name, `com.amazonaws.s3.${name}`]),
    ...openstackEvents().flatMap(({ service, eventType, kind }) => {
      const name = attributeType(eventType)
      return [name, `org.openstack.${service}.${name}`, kind]
    }),
  ]
}

/** `compute.instance.create.end` is in `compute.*`, `compute.instance.*` and `compute.instance.create.*`. */
const groupsOf = (name: string): readonly string[] =>
  [...name.matchAll(/\./g)].map(({ index }) => `${name.slice(0, index)}.*`)
