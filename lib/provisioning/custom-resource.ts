import type { CustomResourceRequest } from '../envelopes/custom-resource-envelope.ts'
import { isObject } from '../envelopes/envelope.ts'
import { hasCode } from '../process/errors.ts'
import { parseDesired } from './document/desired.ts'
import { bucketKey } from './document/desired-checks.ts'
import type { BucketDocument, DesiredDocument, TopicDocument } from './document/desired-schema.ts'
import { DesiredError, type UnmetError } from './document/faults.ts'
import { isTopicArn, topicNameIn } from './document/topic.ts'
import { createRgw } from './gateway/rgw-client.ts'
import { type Claims, type IsClaimed, type Names, readClaims } from './ownership.ts'
import {
  checkedDocument,
  type ProvisioningOptions,
  type ProvisioningRequest,
  type ProvisioningResult,
  provision,
} from './provision.ts'

/**
 * The property `Desired` of a custom resource is the document, as text or as properties. Create and Update apply it. Update
 * then removes what the document no longer names, and Delete removes all that it names.
 *
 * @param isOurs whether this resource alone claims a thing, so that a removal may remove it
 * @throws DesiredError
 */
export const resourceRequests = (
  request: Omit<CustomResourceRequest, 'StackId' | 'LogicalResourceId'>,
  isOurs: IsClaimed = () => true,
): readonly ProvisioningRequest[] => {
  if (request.RequestType === 'Delete') return removal(deletedDocument(request), undefined, isOurs)
  const now = documentOf(request.ResourceProperties)
  if (now === undefined)
    throw new DesiredError([
      { path: 'Desired', message: 'is missing: write the document here, as text or as properties' },
    ])
  const before = request.RequestType === 'Update' ? documentOf(request.OldResourceProperties) : undefined
  return [{ action: 'apply', desired: now }, ...removal(before, now, isOurs)]
}

const documentOf = (properties: Readonly<Record<string, unknown>> | undefined): unknown => {
  const desired = properties?.Desired
  return typeof desired === 'string' ? parseDesired(desired) : typedDocument(desired)
}

/** A text that is not a document was never applied, and its Delete has to succeed. */
const deletedDocument = ({ ResourceProperties }: Pick<CustomResourceRequest, 'ResourceProperties'>): unknown => {
  try {
    return documentOf(ResourceProperties)
  } catch {
    return undefined
  }
}

const TOPIC_FLAGS = ['persistent', 'cloudevents', 'verifySsl', 'useSsl', 'existing', 'declareExchange']
const BUCKET_FLAGS = ['create', 'objectLock']
const TOPIC_COUNTS = ['timeToLive', 'maxRetries', 'retrySleepDuration']

/** CloudFormation turns every number and boolean in properties into text. Names and values of tags, for example, stay texts. */
const typedDocument = (document: unknown): unknown => {
  if (!isObject(document)) return document
  const typed = { ...document }
  if (Array.isArray(document.topics))
    typed.topics = document.topics.map((one) => settings(one, TOPIC_FLAGS, TOPIC_COUNTS))
  if (Array.isArray(document.buckets)) typed.buckets = document.buckets.map((one) => settings(one, BUCKET_FLAGS, []))
  return typed
}

const settings = (value: unknown, flags: readonly string[], counts: readonly string[]): unknown => {
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, text]) => {
    if (flags.includes(name) && (text === 'true' || text === 'false')) return [name, text === 'true']
    if (counts.includes(name) && typeof text === 'string' && /^\d+$/.test(text)) return [name, Number(text)]
    return [name, text]
  })
  return Object.fromEntries(entries)
}

/**
 * A removal needs names only, so that the references of the old document need no values any more. A document that could never
 * be applied has left nothing behind.
 */
const removal = (before: unknown, now: unknown, isOurs: IsClaimed): readonly ProvisioningRequest[] => {
  if (!isDocument(before)) return []
  const kept = isDocument(now) ? now : {}
  const keptTopics = new Set(kept.topics?.map(({ name }) => topicNameIn(name)))
  const keptRules = new Map(
    kept.buckets?.map((bucket) => [bareKey(bucket), new Set(bucket.rules?.map(({ id }) => id))]),
  )
  const topics = (before.topics ?? [])
    .filter(({ name, existing }) => !existing && !isTopicArn(name) && !keptTopics.has(name))
    .filter(({ name }) => isOurs({ kind: 'topic', name }))
    .map(({ name }): TopicDocument => ({ name, endpoint: 'http://removed' }))
  const buckets = (before.buckets ?? []).map(({ rules = [], ...bucket }): BucketDocument => {
    const key = bucketKey(bucket)
    const staying = keptRules.get(bareKey(bucket))
    const gone = rules.filter(({ id }) => !staying?.has(id) && isOurs({ kind: 'rule', bucket: key, id }))
    const { name, match, tags } = bucket
    return {
      ...(name && { name }),
      ...(match && { match }),
      ...(tags && { tags }),
      rules: gone.map(({ id, topic }) => ({ id, topic })),
    }
  })
  const withRules = buckets.filter(({ rules = [] }) => rules.length > 0)
  if (topics.length + withRules.length === 0) return []
  const desired = { topics: [...topics, ...boundTopics(withRules, topics)], buckets: withRules }
  return [{ action: 'destroy', desired, ...(isDocument(now) && { keep: now }) }]
}

/** The same for `photos` and `tenant:photos`, which are one bucket for a user of that tenant. */
const bareKey = (bucket: BucketDocument): string =>
  bucket.name?.slice(bucket.name.indexOf(':') + 1) ?? bucketKey(bucket)

/** The topic of a rule has to be in the document; one that stays is declared as existing. */
const boundTopics = (buckets: readonly BucketDocument[], topics: readonly TopicDocument[]): TopicDocument[] => {
  const bound = new Set(buckets.flatMap(({ rules = [] }) => rules.map(({ topic }) => topic)))
  for (const { name } of topics) bound.delete(name)
  return [...bound].map((name) => ({ name, existing: true }))
}

/** Checks names only: other faults do not matter for a removal. */
export const isDocument = (value: unknown): value is DesiredDocument =>
  isObject(value) && isListOf(value.topics, 'name') && isListOf(value.buckets, 'name', 'match')

const isListOf = (value: unknown, ...keys: readonly string[]): boolean =>
  value === undefined ||
  (Array.isArray(value) &&
    value.every(
      (item) => isObject(item) && keys.some((key) => typeof item[key] === 'string') && isListOf(item.rules, 'id'),
    ))

/**
 * Carries out the request of a custom resource. It removes only what its record claims: a document that was refused has changed
 * nothing, and to roll it back removes nothing. Topics and rules that another custom resource names stay, so that a new logical
 * id for the same document, or two stacks with one topic, lose nothing.
 *
 * @throws DesiredError, UnmetError, RgwRefusedError, RgwUnavailableError, ApplyError
 */
export const provisionResource = async (
  request: CustomResourceRequest,
  options: ProvisioningOptions,
): Promise<readonly ProvisioningResult[]> => {
  const asked = resourceRequests(request)
  for (const { action, desired } of asked) if (action === 'apply') checkedDocument(desired, options)
  if (asked.length === 0) return []
  const rgw = createRgw(options.connection)
  try {
    const claims = await readClaims(rgw, `${request.StackId}/${request.LogicalResourceId}`, options.signal)
    const results: ProvisioningResult[] = []
    let names: Names = {}
    for (const { action, desired, keep } of resourceRequests(request, claims.isOurs)) {
      if (action === 'apply') {
        if (isDocument(desired)) names = desired
        results.push(await apply(desired, names, claims, options))
      } else {
        results.push(...(await remove(desired, keep, options)))
      }
    }
    await claims.replace(names)
    return results
  } finally {
    rgw.close()
  }
}

/** The names are claimed before anything is created, so that no other resource removes it meanwhile. */
const apply = async (
  desired: unknown,
  names: Names,
  claims: Claims,
  options: ProvisioningOptions,
): Promise<ProvisioningResult> => {
  await claims.add(names)
  try {
    return await provision({ action: 'apply', desired }, options)
  } catch (error) {
    if (isUnsent(error)) await claims.restore().catch(() => {})
    throw error
  }
}

/** Whether the document was refused before anything was sent to the gateway. */
const isUnsent = (error: unknown): boolean =>
  hasCode<UnmetError>(error, 'desired_unmet') || hasCode<DesiredError>(error, 'desired_invalid')

/** A document that is refused now was refused before, and has left nothing to remove. */
const remove = async (
  desired: unknown,
  keep: unknown,
  options: ProvisioningOptions,
): Promise<readonly ProvisioningResult[]> => {
  try {
    // The endpoints of a removal are placeholders.
    return [await provision({ action: 'destroy', desired, keep }, { ...options, allowedEndpoints: undefined })]
  } catch (error) {
    if (hasCode<DesiredError>(error, 'desired_invalid')) return []
    throw error
  }
}
