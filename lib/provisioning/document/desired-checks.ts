import { EVENT_NAMES, eventNamed } from '../../ceph/ceph-event-names.ts'
import type { Issue } from '../../documents/document-issues.ts'
import { suggestion } from '../../process/did-you-mean.ts'
import type { BucketDocument, DesiredDocument, FilterDocument, RuleDocument } from './desired-schema.ts'
import { topicNameIn } from './topic.ts'
import { checkTopic, type TopicContext } from './topic-checks.ts'

/** Appended to the id of a rule for the moment in which it moves to another topic. */
export const BRIDGE_SUFFIX = '.moving'

/**
 * Checks that need more than one value: names that have to be unique or declared, settings that exclude each other.
 * References have to be resolved before.
 */
export const checkDesired = (document: DesiredDocument, context: TopicContext): Issue[] => {
  const { topics = [], buckets = [] } = document
  const names = new Set(topics.map(({ name }) => name))
  return [
    ...duplicates(topics.map(({ name }) => name)).map((index) => ({
      path: `topics.${index}.name`,
      message: 'is also the name of another topic: give each topic a name of its own',
    })),
    ...topics.flatMap((topic, index) => checkTopic(topic, `topics.${index}`, context)),
    ...duplicates(buckets.map(bucketKey)).map((index) => ({
      path: `buckets.${index}.name`,
      message: 'is also the name of another entry: write all rules of a bucket in one entry',
    })),
    ...buckets.flatMap((bucket, index) => checkBucket(bucket, `buckets.${index}`, names)),
  ]
}

/** The key of a bucket or a pattern, unique in a document. */
export const bucketKey = ({ name, match, tags = {} }: BucketDocument): string =>
  name ?? JSON.stringify([match, Object.entries(tags).sort()])

/** As the widest setting of a gateway takes them (rgw_relaxed_s3_bucket_names). */
const isBucketName = (name: string): boolean => /^(?:[A-Za-z0-9_]*:)?[A-Za-z0-9._-]{3,255}$/.test(name)

const BUCKET_NAME = 'must be 3 to 63 lower-case letters, digits, dots and dashes, or tenant:bucket'

const checkBucket = (bucket: BucketDocument, path: string, topics: ReadonlySet<string>): Issue[] => [
  ...checkSelection(bucket, path),
  ...checkRules(bucket, path, topics),
]

const checkSelection = ({ name, match, tags, create, ...made }: BucketDocument, path: string): Issue[] => {
  if (name !== undefined && match !== undefined)
    return [{ path: `${path}.match`, message: 'cannot be combined with name: remove one of the two' }]
  const issues: Issue[] = []
  if (name === undefined && match === undefined)
    issues.push({ path: `${path}.name`, message: 'is missing: write the name of a bucket, or match with a pattern' })
  if (name !== undefined && !isBucketName(name)) issues.push({ path: `${path}.name`, message: BUCKET_NAME })
  if (tags !== undefined && match === undefined)
    issues.push({ path: `${path}.tags`, message: 'selects buckets by their tags: add match, for example match: "*"' })
  if (create !== undefined && match !== undefined)
    issues.push({ path: `${path}.create`, message: 'needs a name: a pattern selects buckets that exist' })
  for (const setting of ['objectLock', 'placement'] as const) {
    if (made[setting] === undefined || create === true) continue
    issues.push({
      path: `${path}.${setting}`,
      message: 'applies only to a bucket that apply creates: add create: true, or remove it',
    })
  }
  return issues
}

const checkRules = ({ rules = [] }: BucketDocument, path: string, topics: ReadonlySet<string>): Issue[] => [
  ...duplicates(rules.map(({ id }) => id)).map((index) => ({
    path: `${path}.rules.${index}.id`,
    message: 'is also the id of another rule of this bucket: give each rule an id of its own',
  })),
  ...duplicates(rules.map(gatewayKey)).map((index) => ({
    path: `${path}.rules.${index}.id`,
    message:
      'makes the same <id>_<topic> as another rule of this bucket, and RGW would keep only one of them: change the id',
  })),
  ...rules.flatMap((rule, index) => checkRule(rule, `${path}.rules.${index}`, topics)),
]

/** The key under which RGW stores a rule in its bucket; before 17.2.7 also in the list of topics, as if it were one. */
const gatewayKey = ({ id, topic }: RuleDocument): string => `${id}_${topicNameIn(topic)}`

/** The most topics among which a similar name is looked for. Each rule may need a search, so the time grows with rules × topics. */
const MAX_SUGGESTED = 100

const checkRule = (rule: RuleDocument, path: string, topics: ReadonlySet<string>): Issue[] => {
  const issues: Issue[] = []
  if (!topics.has(rule.topic)) {
    const meant = topics.size > MAX_SUGGESTED ? '' : suggestion(rule.topic, topics)
    const message = `is not the name of a topic in this document${meant ? `.${meant}` : ': add the topic, with existing: true if it is not yours'}`
    issues.push({ path: `${path}.topic`, message })
  }
  if (topics.has(gatewayKey(rule))) {
    const message =
      'makes <id>_<topic> the name of a declared topic, which RGW before 17.2.7 would overwrite: change the id'
    issues.push({ path: `${path}.id`, message })
  }
  if (rule.id.endsWith(BRIDGE_SUFFIX)) {
    issues.push({
      path: `${path}.id`,
      message: `ends with ${BRIDGE_SUFFIX}, which tidings uses while it moves a rule: change it`,
    })
  }
  for (const [index, event] of (rule.events ?? []).entries()) {
    if (eventNamed(event) !== undefined) continue
    issues.push({ path: `${path}.events.${index}`, message: unknownEvent(event) })
  }
  return [...issues, ...checkFilter(rule.filter ?? {}, `${path}.filter`)]
}

const unknownEvent = (event: string): string => {
  const name = event.replace(/^s3:/i, '')
  if (OF_AWS.test(name)) return 'is an event of AWS that RGW never sends: remove it'
  const meant = suggestion(name, EVENT_NAMES)
  const found = /^[\w:*-]{1,64}$/.test(name) ? `RGW has no event ${name}` : 'RGW has no such event'
  return meant ? `${found}.${meant}` : `${found}: write one such as ObjectCreated:* or ObjectRemoved:Delete`
}

const OF_AWS = /^(ObjectTagging|ObjectAcl|IntelligentTiering|ReducedRedundancyLostObject|TestEvent)\b/i

const META = 'x-amz-meta-'

const checkFilter = ({ regex, metadata = {} }: FilterDocument, path: string): Issue[] => {
  const issues = Object.keys(metadata).flatMap((name): Issue[] => {
    if (name.startsWith(META) && name.length > META.length && name === name.toLowerCase()) return []
    const bare = name.toLowerCase().replace(META, '')
    return [{ path: `${path}.metadata.${name}`, message: `is not a name of metadata: write ${META}${bare}` }]
  })
  if (regex !== undefined && !isRegex(regex)) {
    issues.push({
      path: `${path}.regex`,
      message: 'is not a regular expression that RGW can read (ECMAScript as in C++, without lookbehind): correct it',
    })
  }
  return issues
}

const isRegex = (text: string): boolean => {
  try {
    new RegExp(text)
    return !/\(\?<|\\[pPk]/.test(text)
  } catch {
    return false
  }
}

/** The indices of items that stand in the list before. */
const duplicates = (list: readonly string[]): number[] => {
  const seen = new Set<string>()
  return list.flatMap((item, index) => {
    const isKnown = seen.has(item)
    seen.add(item)
    return isKnown ? [index] : []
  })
}
