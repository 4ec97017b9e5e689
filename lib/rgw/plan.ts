import type { Issue } from '../schemas/provisioning-issue.ts'
import { type Change, type Difference, difference } from './change.ts'
import type { Desired, DesiredBucket } from './desired.ts'
import { isSame, type Rule, ruleParts } from './rule.ts'
import type { State } from './state.ts'
import { type Ignored, ignoredAttributes, planTopic } from './topic-plan.ts'

/** What there is to do. Plain data without secrets. */
export type Plan = {
  readonly changes: readonly Change[]
  /** What is missing and not ours to create: nothing can be applied before. */
  readonly problems: readonly Issue[]
  /** Attributes that the gateway takes and does nothing about. */
  readonly ignored: readonly Ignored[]
  /** What would have been removed, if others did not use it. */
  readonly kept: readonly Kept[]
}

export type Kept = { readonly topic: string; readonly usedBy: readonly { bucket: string; rule: string }[] }

/** What makes the real state the desired one. Rules and topics that the document does not name do not matter. */
export const planApply = (desired: Desired, state: State): Plan => {
  const topics = desired.topics.flatMap((topic) => planTopic(topic, state.topics.get(topic.name)))
  const changed = new Set(topics.map(({ name }) => name))
  const buckets = desired.buckets.map((bucket) => planBucket(bucket, state.buckets.get(bucket.name), changed))
  return {
    changes: [
      ...buckets.flat().filter(({ kind }) => kind === 'bucket'),
      ...topics,
      ...buckets.flat().filter(({ kind }) => kind === 'rule'),
    ],
    problems: [...missingTopics(desired, state), ...missingBuckets(desired, state)],
    ignored: desired.topics.flatMap((topic) => ignoredAttributes(topic, olderThan(topic.name, state))),
    kept: [],
  }
}

/** A topic that is not there yet will be like the others. */
const olderThan = (name: string, { topics }: State): number | undefined =>
  (topics.get(name) ?? [...topics.values()][0])?.olderThan

const missingTopics = ({ topics }: Desired, state: State): Issue[] =>
  topics.flatMap(({ name, existing }, index) => {
    if (!existing || state.topics.has(name)) return []
    return [{ path: `topics.${index}`, message: `there is no topic ${name}: have it created, or declare its endpoint` }]
  })

const missingBuckets = ({ buckets }: Desired, state: State): Issue[] =>
  buckets.flatMap(({ name, create }, index) => {
    if (create || state.buckets.get(name)) return []
    return [{ path: `buckets.${index}`, message: `there is no bucket ${name}: create it, or say create: true` }]
  })

const planBucket = (
  { name: bucket, create, rules }: DesiredBucket,
  real: readonly Rule[] | undefined,
  changedTopics: ReadonlySet<string>,
): Change[] => {
  if (real === undefined && !create) return []
  const changes = rules.flatMap((rule): Change[] => {
    const found = (real ?? []).filter((other) => isSame(other, rule))
    const change = planRule(rule, found, changedTopics)
    return change ? [{ ...change, kind: 'rule', name: rule.id, bucket }] : []
  })
  return real === undefined
    ? [{ action: 'create', kind: 'bucket', name: bucket, differences: [] }, ...changes]
    : changes
}

const planRule = (
  rule: Rule,
  found: readonly Rule[],
  changedTopics: ReadonlySet<string>,
): Pick<Change, 'action' | 'differences'> | undefined => {
  const [first] = found
  if (first === undefined) return { action: 'create', differences: ruleDifferences(undefined, rule) }
  const inPlace = found.find(({ id, topic }) => id === rule.id && topic === rule.topic)
  if (inPlace === undefined || found.length > 1) {
    const from = found.map(({ id, topic }) => (id === rule.id ? topic : `${topic} (moving)`)).join(', ')
    const others = ruleDifferences(inPlace ?? first, rule).filter(({ name }) => name !== 'topic')
    return { action: 'move', differences: [{ name: 'topic', from, to: rule.topic }, ...others] }
  }
  const differences = ruleDifferences(inPlace, rule)
  if (differences.length > 0) return { action: 'update', differences }
  // Older gateways keep a copy of the topic with each rule, and nothing in what they tell shows how old it is.
  return changedTopics.has(rule.topic) ? { action: 'bind', differences } : undefined
}

const ruleDifferences = (real: Rule | undefined, wanted: Rule): Difference[] => {
  const from = real === undefined ? new Map<string, string>() : ruleParts(real)
  const to = ruleParts(wanted)
  return [...new Set([...to.keys(), ...from.keys()])]
    .filter((name) => from.get(name) !== to.get(name))
    .map((name) => difference(name, from.get(name), to.get(name)))
}
