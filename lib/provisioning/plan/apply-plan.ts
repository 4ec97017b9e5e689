import { type Issue, issueText } from '../../documents/document-issues.ts'
import type { Desired, DesiredBucket } from '../document/desired.ts'
import { type BoundRule, isSame, type Rule, ruleParts } from '../document/rule.ts'
import { isSameTopic, isTopicArn, topicKey, topicNameIn } from '../document/topic.ts'
import type { Plan } from './plan.ts'
import { type Change, type Difference, difference } from './plan.ts'
import { orderWarnings } from './rule-order.ts'
import { type State, topicArnOf } from './state.ts'
import { ignoredAttributes, planTopic } from './topic-plan.ts'
import { byArnNotes, keptAttributes, sharedNotes } from './topics-of-others.ts'

/** The changes that make the gateway match the document. Rules and topics that the document does not name stay. */
export const planApply = (desired: Desired, state: State): Plan => {
  const topics = desired.topics.flatMap((topic) =>
    planTopic(topic, state.topics.get(topic.name), keptAttributes(topic, state)),
  )
  // Only gateways from 19 on change topics by their ARN, and their rules follow the topic.
  const byArn = new Set(desired.topics.filter((topic) => topic.byArn).map(({ name }) => name))
  const changed = new Set(topics.map(({ name }) => name).filter((name) => !byArn.has(name)))
  const buckets = desired.buckets.map((bucket) => planBucket(bucket, state, changed))
  const notes = [
    ...desired.warnings.map(issueText),
    ...sharedNotes(desired, state, topics),
    ...byArnNotes(desired, state, topics),
    ...orderWarnings(desired, state),
  ]
  return {
    changes: [
      ...missingExchanges(desired, state),
      ...buckets.flat().filter(({ kind }) => kind === 'bucket'),
      ...topics,
      ...buckets.flat().filter(({ kind }) => kind === 'rule'),
    ],
    problems: [
      ...missingTopics(desired, state),
      ...foreignTopics(desired, state),
      ...(state.topicProblems ?? []),
      ...missingBuckets(desired, state),
      ...(state.exchanges?.problems ?? []),
    ],
    ignored: desired.topics.flatMap((topic) => ignoredAttributes(topic, olderThan(topic.name, state))),
    kept: [],
    ...(notes.length > 0 && { notes }),
  }
}

const missingExchanges = ({ topics }: Desired, { exchanges }: State): Change[] =>
  topics
    .filter(({ name }) => exchanges?.missing.has(name))
    .map(({ name, attributes }) => ({
      action: 'create',
      kind: 'exchange',
      name: attributes.get('exchange')?.shown ?? '',
      topic: name,
      differences: [],
    }))

/** A topic that does not exist yet will be like the others. */
const olderThan = (name: string, { topics }: State): number | undefined =>
  (topics.get(name) ?? topics.values().next().value)?.olderThan

const missingTopics = ({ topics }: Desired, state: State): Issue[] => {
  const listed = new Set([...state.topics.values()].map(({ arn }) => topicKey(arn)))
  // Newer gateways bind topics that they do not list, and decide whether the user may.
  const isOld = [...state.topics.values()].some(({ olderThan }) => olderThan !== undefined)
  return topics.flatMap(({ name, existing }, index) => {
    if (!existing || state.topics.has(name)) return []
    if (!isTopicArn(name)) return [{ path: `topics.${index}`, message: noTopic(name) }]
    return isOld && !listed.has(topicKey(name)) ? [{ path: `topics.${index}`, message: outOfReach(name) }] : []
  })
}

const foreignTopics = ({ topics }: Desired, { foreign, topics: real }: State): Issue[] =>
  topics.flatMap(({ name, existing }, index) => {
    if (existing || !foreign?.has(name)) return []
    const { owner, arn } = real.get(name) ?? {}
    const message =
      `topic ${name} belongs to ${owner}: write existing: true to use it as it is, or its ARN (${arn}) to change only the ` +
      'settings that the document names'
    return [{ path: `topics.${index}`, message }]
  })

const noTopic = (name: string): string =>
  `topic ${name} does not exist, or this user may not list it: create it, declare its endpoint, or name the topic of ` +
  `another user by its ARN (arn:aws:sns:<zonegroup>:<tenant or account>:${name})`

const outOfReach = (arn: string): string =>
  `topic ${arn} is not in the tenant of this user, and before Ceph 19 the gateway would use the topic of that name in ` +
  'this tenant: use the keys of a user of that tenant'

const missingBuckets = ({ buckets }: Desired, state: State): Issue[] =>
  buckets.flatMap(({ name, create, path }) => {
    if (state.buckets.get(name)) return []
    if (create) return isCreatable(name) ? [] : [{ path: `${path}.name`, message: NOT_CREATABLE }]
    return [{ path, message: `bucket ${name} does not exist: create it, or add create: true` }]
  })

/** The names that RGW takes for a new bucket, unless rgw_relaxed_s3_bucket_names is set. */
const isCreatable = (name: string): boolean => {
  const bare = name.slice(name.indexOf(':') + 1)
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bare) && !/\.\.|\.-|-\.|^\d+\.\d+\.\d+\.\d+$/.test(bare)
}

const NOT_CREATABLE =
  'RGW does not create a bucket of this name: use 3 to 63 lower-case letters, digits, dots and dashes, without .. and .-, ' +
  'or create it yourself and remove create'

const planBucket = (
  { name: bucket, create, rules }: DesiredBucket,
  state: State,
  changedTopics: ReadonlySet<string>,
): Change[] => {
  const real = state.buckets.get(bucket)
  if (real === undefined && !create) return []
  const changes = rules.flatMap((rule): Change[] => {
    const found = (real ?? []).filter((other) => isSame(other, rule))
    const change = planRule(rule, found, topicArnOf(rule.topic, state), changedTopics)
    return change ? [{ ...change, kind: 'rule', name: rule.id, bucket }] : []
  })
  return real === undefined
    ? [{ action: 'create', kind: 'bucket', name: bucket, differences: [] }, ...changes]
    : changes
}

const planRule = (
  rule: Rule,
  found: readonly BoundRule[],
  topicArn: string | undefined,
  changedTopics: ReadonlySet<string>,
): Pick<Change, 'action' | 'differences'> | undefined => {
  const [first] = found
  if (first === undefined) return { action: 'create', differences: ruleDifferences(undefined, rule) }
  const name = topicNameIn(rule.topic)
  // A topic that is to be created will have the ARN that the last one of its name had.
  const isBound = (real: BoundRule): boolean =>
    topicArn === undefined ? real.topic === name : isSameTopic(real.topicArn, topicArn)
  const inPlace = found.find((real) => real.id === rule.id && isBound(real))
  const differences = ruleDifferences(inPlace ?? first, rule).filter((one) => one.name !== 'topic')
  if (inPlace === undefined || found.length > 1) {
    const shown = (real: BoundRule): string => (real.topic === name && !isBound(real) ? real.topicArn : real.topic)
    const from = found.map((real) => (real.id === rule.id ? shown(real) : `${shown(real)} (moving)`)).join(', ')
    return { action: 'move', differences: [difference('topic', from, rule.topic), ...differences] }
  }
  if (differences.length > 0) return { action: 'update', differences }
  // Older gateways keep a copy of the topic with each rule, and do not show how old it is.
  return changedTopics.has(rule.topic) ? { action: 'bind', differences } : undefined
}

const ruleDifferences = (real: Rule | undefined, wanted: Rule): Difference[] => {
  const from = real === undefined ? new Map<string, string>() : ruleParts(real)
  const to = ruleParts(wanted)
  return [...new Set([...to.keys(), ...from.keys()])]
    .filter((name) => from.get(name) !== to.get(name))
    .map((name) => difference(name, from.get(name), to.get(name)))
}
