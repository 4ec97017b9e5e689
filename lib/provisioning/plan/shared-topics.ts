import type { Desired, DesiredTopic } from '../document/desired.ts'
import type { AttributeName } from '../document/topic-attributes.ts'
import type { Topic } from '../gateway/topics.ts'
import type { Change } from './plan.ts'
import type { State } from './state.ts'
import { unnamedAttributes } from './topic-plan.ts'

/**
 * The attributes of a topic that stay although the document does not name them: rules outside the document use the topic, so that
 * somebody else may have set them. Before 17.2.7 the gateway shows such rules; from 19 on, a topic has one owner.
 */
export const keptAttributes = (topic: DesiredTopic, state: State): readonly AttributeName[] => {
  const real = state.topics.get(topic.name)
  return real === undefined || otherRules(topic.name, state).length === 0 ? [] : unnamedAttributes(topic, real)
}

/** The ids of the rules that use a topic in other buckets than those that were read. */
const otherRules = (name: string, { topics, buckets }: State): readonly string[] => {
  const own = new Set(
    [...buckets.values()].flatMap((rules = []) => rules.filter(({ topic }) => topic === name)).map(({ id }) => id),
  )
  return topics.get(name)?.ruleIds?.filter((id) => !own.has(id)) ?? []
}

/** From 17.2.7 to 18: topics still belong to the tenant, and rules of others are not listed any more. */
const hidesUsers = (topic: Topic | undefined): boolean =>
  topic !== undefined && topic.olderThan !== undefined && topic.ruleIds === undefined

/** Says which attributes of shared topics an apply would overwrite, and which it keeps. */
export const sharedNotes = ({ topics }: Desired, state: State, changes: readonly Change[]): readonly string[] =>
  topics.flatMap((topic) => {
    const rules = otherRules(topic.name, state)
    const change = changes.find(({ kind, name }) => kind === 'topic' && name === topic.name)
    const overwritten = change?.differences.map(({ name }) => name) ?? []
    if (change?.action === 'update' && hidesUsers(state.topics.get(topic.name))) {
      return [
        `topic ${topic.name} belongs to the whole tenant, and this gateway does not show which rules of other users use it: ` +
          `apply overwrites ${overwritten.join(', ')} for them too`,
      ]
    }
    if (topic.existing || rules.length === 0) return []
    const kept = keptAttributes(topic, state)
    const users = `topic ${topic.name} is used by rules outside the document (${rules.join(', ')})`
    return [
      ...(overwritten.length > 0
        ? [`${users}: apply overwrites what was set for them: ${overwritten.join(', ')}`]
        : []),
      ...(kept.length > 0
        ? [`${users}: apply keeps what was set for them: ${kept.join(', ')}; write it into the document to change it`]
        : []),
    ]
  })
