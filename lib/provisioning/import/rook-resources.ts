import { stringify } from 'yaml'
import type { BucketDocument, RuleDocument, TopicDocument } from '../document/desired-schema.ts'
import { DesiredError } from '../document/faults.ts'
import { parseEndpoint } from '../document/push-endpoint.ts'
import { REFERENCE } from '../document/references.ts'
import { checkSchema } from '../document/repair.ts'
import { isTopicArn } from '../document/topic.ts'

const API = 'ceph.rook.io/v1'
const STORE = { objectStoreName: 'my-store', objectStoreNamespace: 'rook-ceph' }
const HEAD = [
  '# Write the names of your object store and of your storage class in place of my-store, rook-ceph and my-bucket-class.',
  '# A claim that exists already gets the labels only.',
]

/** The settings of a topic that Rook's resources have as well. */
const KNOWN = new Set<string>([
  ...['name', 'existing', 'endpoint', 'opaqueData', 'persistent', 'verifySsl', 'cloudevents', 'ackLevel', 'exchange'],
  ...['useSsl', 'mechanism'],
])

/**
 * A document as resources of Rook, in YAML: a CephBucketTopic for each topic, a CephBucketNotification for each rule, and an
 * ObjectBucketClaim with the labels that bind rules to a bucket. A comment names each setting that Rook cannot express.
 *
 * @throws DesiredError
 */
export const rookResources = (desired: unknown): string => {
  const { issues, document } = checkSchema(desired)
  if (document === undefined || issues.length > 0) throw new DesiredError(issues)
  const { topics = [], buckets = [] } = document
  const rules = buckets.flatMap((bucket) => (bucket.rules ?? []).map((rule) => ({ bucket, rule })))
  const lost = [
    ...topics.flatMap(lostOfTopic),
    ...buckets.flatMap(lostOfBucket),
    ...rules.flatMap(({ bucket, rule }) => lostOfRule(rule, bucket)),
    ...namesakes(rules.map(({ rule }) => rule)),
  ]
  const notifications = new Map(rules.map(({ rule }) => [rule.id, rule]))
  const resources = [
    ...topics.filter(({ existing, name }) => !existing && !isTopicArn(name)).map(topicResource),
    ...[...notifications.values()].map(notificationResource),
    ...buckets.filter(({ name, rules = [] }) => name !== undefined && rules.length > 0).map(claimResource),
  ]
  const comments = [...HEAD, ...lost.map((line) => `# ${line}`)]
  return `${comments.join('\n')}\n${resources.map((one) => `---\n${stringify(one)}`).join('')}`
}

const topicResource = ({ name, endpoint = '', opaqueData, persistent, ...topic }: TopicDocument) => {
  const parsed = parseEndpoint(endpoint)
  const kind = typeof parsed === 'string' ? 'http' : parsed.kind
  const ackLevel = kind !== 'http' && topic.ackLevel !== 'routable' && topic.ackLevel
  return {
    apiVersion: API,
    kind: 'CephBucketTopic',
    metadata: { name },
    spec: {
      ...STORE,
      ...(opaqueData !== undefined && { opaqueData }),
      ...(persistent && { persistent }),
      endpoint: {
        [kind]: {
          uri: endpoint,
          ...(topic.verifySsl === false && { disableVerifySSL: true }),
          ...(topic.cloudevents && { sendCloudEvents: true }),
          ...(ackLevel && { ackLevel }),
          ...(topic.exchange !== undefined && { exchange: topic.exchange }),
          ...(topic.useSsl && { useSSL: true }),
          ...(topic.mechanism !== undefined && { mechanism: topic.mechanism }),
        },
      },
    },
  }
}

const notificationResource = ({ id, topic, events, filter: { metadata, tags, ...key } = {} }: RuleDocument) => {
  const filter = {
    ...(Object.keys(key).length > 0 && { keyFilters: pairs(key) }),
    ...(metadata && { metadataFilters: pairs(metadata) }),
    ...(tags && { tagFilters: pairs(tags) }),
  }
  return {
    apiVersion: API,
    kind: 'CephBucketNotification',
    metadata: { name: id },
    spec: {
      topic,
      ...(events && { events: events.map((event) => `s3:${event.replace(/^s3:/i, '')}`) }),
      ...(Object.keys(filter).length > 0 && { filter }),
    },
  }
}

const pairs = (entries: Readonly<Record<string, string | undefined>>) =>
  Object.entries(entries).map(([name, value]) => ({ name, value }))

const claimResource = ({ name, rules = [] }: BucketDocument) => ({
  apiVersion: 'objectbucket.io/v1alpha1',
  kind: 'ObjectBucketClaim',
  metadata: { name, labels: Object.fromEntries(rules.map(({ id }) => [`bucket-notification-${id}`, id])) },
  spec: { bucketName: name, storageClassName: 'my-bucket-class' },
})

const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/

const lostOfTopic = (topic: TopicDocument): string[] => {
  const { name, endpoint = '', existing } = topic
  if (existing || isTopicArn(name))
    return [`Topic ${name} belongs to somebody else: it needs a CephBucketTopic of its own in the same namespace.`]
  const settings = Object.keys(topic).filter((setting) => !KNOWN.has(setting))
  if (topic.ackLevel !== undefined && (topic.ackLevel === 'routable' || /^https?:/.test(endpoint)))
    settings.push('ackLevel')
  return [
    ...settings.map((setting) => `Topic ${name}: Rook has no setting for ${setting}.`),
    ...(`${endpoint}${topic.opaqueData}`.search(REFERENCE) >= 0
      ? [`Topic ${name}: Rook reads no \${env:…}: write the values.`]
      : []),
    ...oddName('Topic', name),
  ]
}

const lostOfBucket = ({ name, match, placement, objectLock }: BucketDocument): string[] => [
  ...(match === undefined ? [] : [`Buckets ${match}: Rook has no patterns: add the labels to each claim.`]),
  ...(placement === undefined ? [] : [`Bucket ${name}: Rook has no setting for placement; its storage class decides.`]),
  ...(objectLock ? [`Bucket ${name}: Rook has no setting for objectLock.`] : []),
]

const lostOfRule = ({ id, filter = {} }: RuleDocument, { name, match }: BucketDocument): string[] => [
  ...(['metadata', 'tags'] as const)
    .filter((part) => filter[part] !== undefined)
    .map(
      (part) =>
        `Rule ${id} of bucket ${name ?? match}: Rook takes ${part} filters and does not send them to the gateway.`,
    ),
  ...oddName('Rule', id),
]

const oddName = (kind: string, name: string): string[] =>
  NAME.test(name)
    ? []
    : [`${kind} ${name}: Kubernetes takes lower-case letters, digits, dots and dashes in names: choose another name.`]

/** In Rook, a notification has one definition for all its buckets. */
const namesakes = (rules: readonly RuleDocument[]): string[] =>
  [...Map.groupBy(rules, ({ id }) => id)]
    .filter(([, same]) => new Set(same.map((rule) => JSON.stringify(notificationResource(rule)))).size > 1)
    .map(
      ([id]) => `Rule ${id} differs between buckets, and Rook has one notification of a name: the last one is printed.`,
    )
