import { parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'
import type { DesiredDocument, FilterDocument, RuleDocument, TopicDocument } from '../document/desired-schema.ts'
import { DesiredError } from '../document/faults.ts'

/** The parts of Rook's resources that a document has settings for (ceph.rook.io/v1). */
const Metadata = z.object({ name: z.string(), labels: z.optional(z.record(z.string(), z.string())) })
const Common = { uri: z.string(), disableVerifySSL: z.optional(z.boolean()), ackLevel: z.optional(z.string()) }

const RookTopic = z.object({
  kind: z.literal('CephBucketTopic'),
  metadata: Metadata,
  spec: z.object({
    opaqueData: z.optional(z.string()),
    persistent: z.optional(z.boolean()),
    endpoint: z.object({
      http: z.optional(z.object({ ...Common, sendCloudEvents: z.optional(z.boolean()) })),
      amqp: z.optional(z.object({ ...Common, exchange: z.string() })),
      kafka: z.optional(z.object({ ...Common, useSSL: z.optional(z.boolean()), mechanism: z.optional(z.string()) })),
    }),
  }),
})

const Pairs = z.optional(z.array(z.object({ name: z.string(), value: z.string() })))

const RookNotification = z.object({
  kind: z.literal('CephBucketNotification'),
  metadata: Metadata,
  spec: z.object({
    topic: z.string(),
    events: z.optional(z.array(z.string())),
    filter: z.optional(z.object({ keyFilters: Pairs, metadataFilters: Pairs, tagFilters: Pairs })),
  }),
})

const Claim = z.object({
  kind: z.literal('ObjectBucketClaim'),
  metadata: Metadata,
  spec: z.object({ bucketName: z.optional(z.string()) }),
})

const Resource = z.discriminatedUnion('kind', [RookTopic, RookNotification, Claim])

const MAX_LENGTH = 262_144

/** Whether a text has resources of Rook. */
export const isRook = (text: string): boolean =>
  /^kind:\s*(CephBucket(Topic|Notification)|ObjectBucketClaim)\b/m.test(text)

/**
 * The document that resources of Rook stand for: topics, notifications, and claims, whose label `bucket-notification-<name>` binds a
 * notification to a bucket. A bucket whose name the claim leaves to Rook, and that of notifications without a claim, comes from the
 * variable BUCKET_NAME.
 *
 * @throws DesiredError
 */
export const documentOfRook = (text: string): DesiredDocument => {
  if (text.length > MAX_LENGTH)
    throw new DesiredError([{ path: '', message: `the document is longer than ${MAX_LENGTH} characters: split it` }])
  const resources = parseAllDocuments(text, { logLevel: 'error' }).flatMap((document, index) => {
    if (document.contents === null) return []
    const parsed = z.safeParse(Resource, document.toJS({ maxAliasCount: 0 }))
    if (parsed.success) return [parsed.data]
    const place = parsed.error.issues[0]?.path.join('.') ?? ''
    const message =
      'is not as a CephBucketTopic, CephBucketNotification or ObjectBucketClaim of Rook has it: correct it'
    throw new DesiredError([{ path: `document ${index + 1}: ${place}`, message }])
  })
  const topics = resources.flatMap((one) => (one.kind === 'CephBucketTopic' ? [topicOf(one)] : []))
  const notifications = resources.flatMap((one) => (one.kind === 'CephBucketNotification' ? [one] : []))
  const claims = resources.flatMap((one) => (one.kind === 'ObjectBucketClaim' ? [one] : []))
  const declared = new Set(topics.map(({ name }) => name))
  const elsewhere = [...new Set(notifications.map(({ spec }) => spec.topic))].filter((name) => !declared.has(name))
  const claimed = claims.map(({ metadata: { labels = {} }, spec }) => {
    const bound = notifications.filter(({ metadata }) => labels[`bucket-notification-${metadata.name}`] !== undefined)
    return { name: spec.bucketName ?? UNNAMED, rules: bound.map(ruleOfRook) }
  })
  const used = new Set(claimed.flatMap(({ rules }) => rules.map(({ id }) => id)))
  const unclaimed = notifications.filter(({ metadata }) => !used.has(metadata.name)).map(ruleOfRook)
  return {
    topics: [...topics, ...elsewhere.map((name): TopicDocument => ({ name, existing: true }))],
    buckets: [
      ...claimed.filter(({ rules }) => rules.length > 0),
      ...(unclaimed.length > 0 ? [{ name: UNNAMED, rules: unclaimed }] : []),
    ],
  }
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
const UNNAMED = '${env:BUCKET_NAME}'

const topicOf = ({ metadata, spec }: z.infer<typeof RookTopic>): TopicDocument => {
  const { http, amqp, kafka } = spec.endpoint
  const endpoint = http ?? amqp ?? kafka
  return {
    name: metadata.name,
    ...(endpoint === undefined ? { existing: true } : { endpoint: endpoint.uri }),
    ...(spec.persistent && { persistent: true }),
    ...(spec.opaqueData && { opaqueData: spec.opaqueData }),
    ...(endpoint?.disableVerifySSL && { verifySsl: false }),
    ...(endpoint?.ackLevel && { ackLevel: endpoint.ackLevel.replace('routeable', 'routable') }),
    ...(http?.sendCloudEvents && { cloudevents: true }),
    ...(amqp && { exchange: amqp.exchange }),
    ...(kafka?.useSSL && { useSsl: true }),
    ...(kafka?.mechanism && { mechanism: kafka.mechanism as TopicDocument['mechanism'] }), // The document's check decides.
  }
}

const ruleOfRook = ({ metadata, spec }: z.infer<typeof RookNotification>): RuleDocument => {
  const { keyFilters, metadataFilters, tagFilters } = spec.filter ?? {}
  const filter: FilterDocument = {
    ...pairs(keyFilters),
    ...(metadataFilters && { metadata: pairs(metadataFilters) }),
    ...(tagFilters && { tags: pairs(tagFilters) }),
  }
  return {
    id: metadata.name,
    topic: spec.topic,
    ...(spec.events && { events: spec.events.map((event) => event.replace(/^s3:/, '')) }),
    ...(Object.keys(filter).length > 0 && { filter }),
  }
}

const pairs = (list: z.infer<typeof Pairs> = []): Record<string, string> =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]))
