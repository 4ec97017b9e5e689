import type { Desired } from '../document/desired.ts'
import { type BoundRule, isSame, type Rule } from '../document/rule.ts'
import { topicKey } from '../document/topic.ts'
import type { Topic } from '../gateway/topics.ts'
import type { Change, Kept, Plan } from './plan.ts'
import { type State, topicArnOf } from './state.ts'

/**
 * Removes everything that a document names, except buckets, topics that other rules use, and rules that are not bound to a
 * topic of the document.
 *
 * @param keep a document whose rules stay
 */
export const planDestroy = (desired: Desired, state: State, keep?: Desired): Plan => {
  const named = rulesByBucket(desired)
  const kept = keep && rulesByBucket(keep)
  const own = new Set(desired.topics.filter(({ existing, byArn }) => !existing && !byArn).map(({ name }) => name))
  // Rules may name a topic that was removed before.
  const declared = new Set(desired.topics.map(({ name }) => topicKeyOf(name, state)))
  return removal(state, {
    rule: (bucket, rule) =>
      (declared.has(topicKey(rule.topicArn)) || declared.has(rule.topic)) &&
      isAmong(rule, named.get(bucket)) &&
      !isAmong(rule, kept?.get(bucket)),
    topic: ({ name }) => own.has(name),
  })
}

const rulesByBucket = ({ buckets }: Desired): ReadonlyMap<string, readonly Rule[]> =>
  new Map(buckets.map(({ name, rules }) => [name, rules]))

const isAmong = (rule: Rule, rules: readonly Rule[] = []): boolean => rules.some((one) => isSame(rule, one))

const topicKeyOf = (name: string, state: State): string => {
  const arn = topicArnOf(name, state)
  return arn === undefined ? name : topicKey(arn)
}

/** Removes all rules and topics with the prefix that the document does not name, in all buckets of the state. */
export const planPrune = (prefix: string, desired: Desired, state: State): Plan => {
  const named = rulesByBucket(desired)
  const declared = new Set(desired.topics.map(({ name }) => topicKeyOf(name, state)))
  return removal(state, {
    rule: (bucket, rule) => rule.id.startsWith(prefix) && !isAmong(rule, named.get(bucket)),
    topic: ({ name, arn }) => name.startsWith(prefix) && !declared.has(topicKey(arn)),
  })
}

type Doomed = { rule(bucket: string, rule: BoundRule): boolean; topic(topic: Topic): boolean }

const removal = (state: State, doomed: Doomed): Plan => {
  const bound = [...state.buckets].flatMap(([bucket, rules = []]) =>
    rules.map((rule) => ({ bucket, rule, goes: doomed.rule(bucket, rule) })),
  )
  const byTopic = Map.groupBy(bound, ({ rule }) => topicKey(rule.topicArn))
  const usersOf = ({ arn, ruleIds = [] }: Topic): Kept['usedBy'] => {
    const seen = byTopic.get(topicKey(arn)) ?? []
    const ids = new Set(seen.map(({ rule }) => rule.id))
    return [
      ...seen.filter(({ goes }) => !goes).map(({ bucket, rule }) => ({ bucket, rule: rule.id })),
      ...ruleIds.filter((id) => !ids.has(id)).map((rule) => ({ rule })),
    ]
  }
  const named = [...state.topics.values()].filter(doomed.topic)
  const topics = named.filter(({ name }) => !state.foreign?.has(name))
  const uses = topics.map((topic) => ({ topic, usedBy: usersOf(topic) }))
  const free = uses.filter(({ usedBy }) => usedBy.length === 0).map(({ topic }) => topic)
  const isBlind = free.some(({ ruleIds }) => ruleIds === undefined)
  const notes = [
    ...named
      .filter(({ name }) => state.foreign?.has(name))
      .map(({ name, owner }) => `topic ${name}: not removed, because it belongs to ${owner}`),
    ...(isBlind ? [UNSEEN] : []),
  ]
  return {
    changes: [
      ...bound
        .filter(({ goes }) => goes)
        .map(({ bucket, rule }): Change => {
          const differences = [{ name: 'topic', from: rule.topic }]
          return { action: 'remove', kind: 'rule', name: rule.id, bucket, differences }
        }),
      ...free.map(({ name }): Change => ({ action: 'remove', kind: 'topic', name, differences: [] })),
    ],
    problems: [],
    ignored: [],
    kept: uses.filter(({ usedBy }) => usedBy.length > 0).map(({ topic, usedBy }) => ({ topic: topic.name, usedBy })),
    ...(notes.length > 0 && { notes }),
  }
}

const UNSEEN =
  'only the buckets of this user were checked: this gateway does not show which rules of other users use a topic'
