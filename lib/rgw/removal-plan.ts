import type { Change } from './change.ts'
import type { Desired } from './desired.ts'
import type { Kept, Plan } from './plan.ts'
import { isSame, type Rule } from './rule.ts'
import type { State } from './state.ts'

/** What removes all that a document names. Buckets stay, and so do topics that rules of others are bound to. */
export const planDestroy = (desired: Desired, state: State): Plan => {
  const named = new Map(desired.buckets.map(({ name, rules }) => [name, rules]))
  const own = new Set(desired.topics.filter(({ existing }) => !existing).map(({ name }) => name))
  return removal(state, {
    rule: (bucket, rule) => named.get(bucket)?.some((wanted) => isSame(rule, wanted)) === true,
    topic: (name) => own.has(name),
  })
}

/** What removes all that carries our prefix and is not named by the document (any more), in all buckets of the state. */
export const planPrune = (prefix: string, desired: Desired, state: State): Plan => {
  const named = new Map(desired.buckets.map(({ name, rules }) => [name, rules]))
  const declared = new Set(desired.topics.map(({ name }) => name))
  return removal(state, {
    rule: (bucket, rule) =>
      rule.id.startsWith(prefix) && named.get(bucket)?.some((wanted) => isSame(rule, wanted)) !== true,
    topic: (name) => name.startsWith(prefix) && !declared.has(name),
  })
}

type Doomed = { rule(bucket: string, rule: Rule): boolean; topic(name: string): boolean }

const removal = (state: State, doomed: Doomed): Plan => {
  const bound = [...state.buckets].flatMap(([bucket, rules = []]) => rules.map((rule) => ({ bucket, rule })))
  const goes = bound.filter(({ bucket, rule }) => doomed.rule(bucket, rule))
  const stays = bound.filter((one) => !goes.includes(one))
  const usersOf = (topic: string): Kept['usedBy'] =>
    stays.filter(({ rule }) => rule.topic === topic).map(({ bucket, rule }) => ({ bucket, rule: rule.id }))
  const topics = [...state.topics.keys()].filter((name) => doomed.topic(name))
  return {
    changes: [
      ...goes.map(({ bucket, rule }): Change => {
        const differences = [{ name: 'topic', from: rule.topic }]
        return { action: 'remove', kind: 'rule', name: rule.id, bucket, differences }
      }),
      ...topics
        .filter((name) => usersOf(name).length === 0)
        .map((name): Change => ({ action: 'remove', kind: 'topic', name, differences: [] })),
    ],
    problems: [],
    ignored: [],
    kept: topics.map((topic) => ({ topic, usedBy: usersOf(topic) })).filter(({ usedBy }) => usedBy.length > 0),
  }
}
