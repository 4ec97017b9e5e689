import { eventNamed } from '../../ceph/ceph-event-names.ts'
import type { BucketDocument, DesiredDocument, FilterDocument, RuleDocument } from './desired-schema.ts'
import type { Issue } from './faults.ts'
import { topicNameIn } from './topic-arn.ts'
import { checkTopic, type TopicContext } from './topic-checks.ts'

/** Appended to the id of a rule for the moment in which it moves to another topic. */
export const BRIDGE_SUFFIX = '.moving'

/**
 * What one value alone does not show: names that have to be unique or declared, settings that exclude each other.
 * References to secrets have to be resolved before.
 */
export const checkDesired = (document: DesiredDocument, context: TopicContext): Issue[] => {
  const { topics = [], buckets = [] } = document
  const names = new Set(topics.map(({ name }) => name))
  return [
    ...duplicates(topics.map(({ name }) => name)).map((index) => ({
      path: `topics.${index}.name`,
      message: 'another topic has this name: topics need names of their own',
    })),
    ...topics.flatMap((topic, index) => checkTopic(topic, `topics.${index}`, context)),
    ...duplicates(buckets.map(({ name }) => name)).map((index) => ({
      path: `buckets.${index}.name`,
      message: 'another entry names this bucket: put its rules together',
    })),
    ...buckets.flatMap((bucket, index) => checkBucket(bucket, `buckets.${index}`, names)),
  ]
}

const checkBucket = ({ rules = [] }: BucketDocument, path: string, topics: ReadonlySet<string>): Issue[] => [
  ...duplicates(rules.map(({ id }) => id)).map((index) => ({
    path: `${path}.rules.${index}.id`,
    message: 'another rule of this bucket has this id: rules need ids of their own',
  })),
  ...duplicates(rules.map(gatewayKey)).map((index) => ({
    path: `${path}.rules.${index}.id`,
    message: 'with its topic it reads like another rule, and RGW keeps one of both (<id>_<topic>): change the id',
  })),
  ...rules.flatMap((rule, index) => checkRule(rule, `${path}.rules.${index}`, topics)),
]

/** What RGW files a rule under in its bucket; before 17.2.7 also in the list of topics, as if it were one. */
const gatewayKey = ({ id, topic }: RuleDocument): string => `${id}_${topicNameIn(topic)}`

const checkRule = (rule: RuleDocument, path: string, topics: ReadonlySet<string>): Issue[] => {
  const issues: Issue[] = []
  if (!topics.has(rule.topic)) {
    const message = 'no such topic is declared: add it to topics (with existing: true if it is not yours)'
    issues.push({ path: `${path}.topic`, message })
  }
  if (topics.has(gatewayKey(rule))) {
    const message = 'an older RGW writes the rule over the topic named <id>_<topic>, which is declared: change the id'
    issues.push({ path: `${path}.id`, message })
  }
  if (rule.id.endsWith(BRIDGE_SUFFIX)) {
    issues.push({ path: `${path}.id`, message: `ends with ${BRIDGE_SUFFIX}, as rules on the move do: change it` })
  }
  for (const [index, event] of (rule.events ?? []).entries()) {
    if (eventNamed(event) !== undefined) continue
    const message = 'RGW has no such event: write one such as ObjectCreated:* or ObjectRemoved:Delete'
    issues.push({ path: `${path}.events.${index}`, message })
  }
  return [...issues, ...checkFilter(rule.filter ?? {}, `${path}.filter`)]
}

const META = 'x-amz-meta-'

const checkFilter = ({ regex, metadata = {} }: FilterDocument, path: string): Issue[] => {
  const issues = Object.keys(metadata).flatMap((name): Issue[] => {
    if (name.startsWith(META) && name.length > META.length && name === name.toLowerCase()) return []
    const bare = name.toLowerCase().replace(META, '')
    return [{ path: `${path}.metadata.${name}`, message: `no metadata has such a name: write ${META}${bare}` }]
  })
  if (regex !== undefined && !isRegex(regex)) {
    issues.push({ path: `${path}.regex`, message: 'is no ECMAScript regular expression (C++ knows no lookbehind)' })
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

/** Where a list says again what it has said before. */
const duplicates = (list: readonly string[]): number[] => {
  const seen = new Set<string>()
  return list.flatMap((item, index) => {
    const isKnown = seen.has(item)
    seen.add(item)
    return isKnown ? [index] : []
  })
}
