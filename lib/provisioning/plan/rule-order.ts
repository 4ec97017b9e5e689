import type { Desired } from '../document/desired.ts'
import type { Rule } from '../document/rule.ts'
import { isSameTopic } from '../document/topic.ts'
import { type State, topicArnOf } from './state.ts'

/**
 * Whether the gateway queues the events of a topic, as the document says or else as the gateway has it. Undefined for a topic
 * that the gateway does not list.
 */
export const isPersistent = (topic: string, { topics }: Desired, state: State): boolean | undefined => {
  const declared = topics.find(({ name, existing }) => name === topic && !existing)
  const persistent = declared?.attributes.get('persistent')
  if (declared && (persistent || !declared.byArn)) return persistent?.reveal() === 'true'
  const arn = topicArnOf(topic, state)
  const real = [...state.topics.values()].find((one) => arn !== undefined && isSameTopic(one.arn, arn))
  return real && real.attributes.get('persistent') === 'true'
}

/**
 * Warns of rules on plain topics that the gateway handles before rules on persistent ones. It goes through the rules of a bucket
 * by id, and an event that the endpoint of a plain topic does not take never reaches the rules after it (16.2.15, 20.2.4).
 */
export const orderWarnings = (desired: Desired, state: State): string[] =>
  desired.buckets.flatMap(({ name: bucket, rules }) => {
    const ids = new Set(rules.map(({ id }) => id))
    const others = (state.buckets.get(bucket) ?? []).filter(({ id }) => !ids.has(id))
    const all = [...rules, ...others].sort((a, b) => (a.id < b.id ? -1 : 1))
    const firstPlain = all.find((rule) => isPersistent(rule.topic, desired, state) === false)
    if (firstPlain === undefined) return []
    const behind = all.filter(
      (rule) => rule.id > firstPlain.id && isPersistent(rule.topic, desired, state) && overlap(rule, firstPlain),
    )
    if (behind.length === 0) return []
    const names = behind.map(({ id }) => id).join(', ')
    return [
      `bucket ${bucket}: rule ${firstPlain.id} is on a topic that is not persistent and comes before ${names} by its id. ` +
        `Where its endpoint fails, the gateway does not queue the event for ${names} either: make its topic persistent, ` +
        'or give it an id that sorts behind them',
    ]
  })

const overlap = (one: Rule, other: Rule): boolean =>
  one.events.some((event) => other.events.some((second) => includes(event, second) || includes(second, event)))

const includes = (pattern: string, event: string): boolean =>
  pattern === event || (pattern.endsWith('*') && event.startsWith(pattern.slice(0, -1)))
