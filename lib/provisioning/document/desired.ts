import type { DocumentError, Issue } from '../../documents/document-issues.ts'
import { withPlaces } from '../../documents/issue-places.ts'
import { parseDocument } from '../../documents/parse-document.ts'
import { hasCode } from '../../process/errors.ts'
import { checkDesired } from './desired-checks.ts'
import type { BucketDocument, TopicDocument } from './desired-schema.ts'
import { DesiredError, UnmetError } from './faults.ts'
import { allowedEndpoints } from './push-endpoint.ts'
import { type Resolve, resolveReferences, SecretText, shownValue } from './references.ts'
import { checkSchema, isUnder } from './repair.ts'
import { type Rule, ruleOf } from './rule.ts'
import { ATTRIBUTE_NAMES, type AttributeName, isTopicArn } from './topic.ts'
import { topicWarnings } from './topic-checks.ts'

/** A document that was checked, with its secrets. */
export type Desired = {
  readonly prefix: string | undefined
  readonly topics: readonly DesiredTopic[]
  readonly buckets: readonly DesiredBucket[]
  readonly patterns: readonly BucketPattern[]
  /** Warnings about settings that the gateway accepts but that may be a mistake. */
  readonly warnings: readonly Issue[]
}

export type DesiredTopic = {
  readonly name: string
  /** Of another user: rules may use it, and it is never changed. */
  readonly existing: boolean
  /** Named by its ARN: only the settings of the document are changed, one by one, and it is never removed. */
  readonly byArn: boolean
  /** Whether apply declares its exchange at the broker. */
  readonly declareExchange: boolean
  readonly attributes: ReadonlyMap<AttributeName, SecretText>
}

export type DesiredBucket = {
  readonly name: string
  readonly create: boolean
  readonly objectLock: boolean
  /** S3's LocationConstraint: `zonegroup:placement`. */
  readonly placement: string | undefined
  readonly rules: readonly Rule[]
  /** Its place in the document: `buckets.0`. */
  readonly path: string
}

/** All buckets of the user that match. */
export type BucketPattern = Pick<DesiredBucket, 'rules' | 'path'> & {
  readonly match: string
  readonly tags: ReadonlyMap<string, string>
}

export type DesiredOptions = {
  readonly resolve: Resolve
  /** The gateway's URL is https, or it is configured to take passwords without (rgw_allow_notification_secrets_in_cleartext). */
  readonly secretsAllowed: boolean
  /** Patterns `[scheme://]host[:port]` of endpoints; absent: any. */
  readonly allowedEndpoints?: readonly string[] | undefined
}

/**
 * Checks all of a document before anything of it is sent.
 *
 * @throws DesiredError with everything that is wrong
 */
export const readDesired = (document: unknown, options: DesiredOptions): Desired => {
  const { issues, document: checked } = checkSchema(document)
  if (checked === undefined) throw new DesiredError(issues)
  const unresolved: Issue[] = []
  const resolved = resolveReferences(checked, options.resolve, unresolved)
  const faults = [...issues, ...unresolved]
  const faulty = new Set(faults.map(({ path }) => path))
  const isAllowed = allowedEndpoints(options.allowedEndpoints)
  const found = checkDesired(resolved, { ...options, isAllowed })
  // Rules may mean a topic whose name is at fault.
  const isUnclear = faults.some(({ path }) => /^topics(\.\d+(\.name)?)?$/.test(path))
  const isConsequence = ({ path }: Issue): boolean =>
    isUnder(path, faulty) || (isUnclear && /^buckets\.\d+\.rules\.\d+\.topic$/.test(path))
  faults.push(...found.filter((one) => !isConsequence(one)))
  if (faults.length > 0) throw new DesiredError(faults)
  const { topics = [], buckets = [], prefix } = resolved
  return {
    prefix,
    topics: topics.map((topic, index) => desiredTopic(topic, checked.topics?.[index] ?? topic)),
    buckets: buckets.flatMap(desiredBucket),
    patterns: buckets.flatMap(bucketPattern),
    warnings: topics.flatMap((topic, index) => topicWarnings(topic, `topics.${index}`)),
  }
}

const desiredBucket = (bucket: BucketDocument, index: number): DesiredBucket[] => {
  const { name, create = false, objectLock = false, placement, rules = [] } = bucket
  if (name === undefined) return []
  const constraint = placement?.includes(':') ? placement : placement && `:${placement}`
  return [{ name, create, objectLock, placement: constraint, rules: rules.map(ruleOf), path: `buckets.${index}` }]
}

const bucketPattern = ({ match, tags = {}, rules = [] }: BucketDocument, index: number): BucketPattern[] =>
  match === undefined
    ? []
    : [{ match, tags: new Map(Object.entries(tags)), rules: rules.map(ruleOf), path: `buckets.${index}` }]

const desiredTopic = (resolved: TopicDocument, written: TopicDocument): DesiredTopic => ({
  name: resolved.name,
  existing: resolved.existing === true,
  byArn: resolved.existing !== true && isTopicArn(resolved.name),
  declareExchange: resolved.declareExchange === true,
  attributes: new Map(
    ATTRIBUTE_NAMES.flatMap((name) => {
      const value = resolved[name] ?? (name === 'ackLevel' ? ackLevelOf(resolved) : undefined)
      const text = name === 'policy' ? policyText(value) : wireText(value)
      if (text === undefined) return []
      return [[name, new SecretText(text, shownValue(name, wireText(written[name]) ?? text))] as const]
    }),
  ),
})

/**
 * RGW's own default is `broker`: a broker confirms, and drops, what no queue is bound for yet, and the event is lost even
 * to a persistent topic. With `routable` the gateway keeps it and tries again.
 */
const ackLevelOf = ({ name, endpoint = '', persistent }: TopicDocument): string | undefined =>
  persistent === true && !isTopicArn(name) && /^amqps?:/.test(endpoint) ? 'routable' : undefined

/** Old gateways keep attributes as a query string and cut them at a &, which JSON can write in another way. */
const policyText = (policy: TopicDocument[AttributeName]): string | undefined =>
  wireText(policy)?.replaceAll('&', '\\u0026')

/** Booleans, numbers, lists and policies as the gateway reads them. */
const wireText = (value: TopicDocument[AttributeName]): string | undefined => {
  if (value === undefined || typeof value === 'string') return value
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/**
 * Reads a document from YAML or JSON.
 *
 * @throws DesiredError without any text of the document, which may hold secrets
 */
export const parseDesired = (text: string): unknown => {
  try {
    return parseDocument(text)
  } catch (error) {
    if (!hasCode<DocumentError>(error, 'document_invalid')) throw error
    throw new DesiredError(error.issues)
  }
}

/**
 * The same error with the line and the column of each fault in the text of the document. Any other error stays as it is.
 *
 * @param root steps from the root of the text to the document
 */
export const placedIn = (thrown: unknown, text: string, root?: readonly string[]): unknown => {
  if (hasCode<DesiredError>(thrown, 'desired_invalid')) return new DesiredError(withPlaces(thrown.issues, text, root))
  if (hasCode<UnmetError>(thrown, 'desired_unmet')) return new UnmetError(withPlaces(thrown.issues, text, root))
  return thrown
}
