import { eventNamed } from '../../ceph/ceph-event-names.ts'
import { BRIDGE_SUFFIX } from './desired-checks.ts'
import type { RuleDocument } from './desired-schema.ts'

/** One bucket notification: S3's TopicConfiguration, with the filters that only Ceph has. */
export type Rule = {
  readonly id: string
  /** The name of the topic, or in a document its ARN. */
  readonly topic: string
  /** By their one name, sorted, each once. A name that we do not know stands as the gateway wrote it. */
  readonly events: readonly string[]
  readonly filter: Filter
}

/** A rule with the ARN that the gateway gave its topic. */
export type BoundRule = Rule & { readonly topicArn: string }

/** The filters of each kind, sorted by name. All have to match. */
export type Filter = {
  readonly key: Pairs<'prefix' | 'suffix' | 'regex'>
  readonly metadata: Pairs
  readonly tags: Pairs
}
export type Pairs<Name extends string = string> = readonly (readonly [name: Name, value: string])[]

export const ruleOf = ({ id, topic, events, filter = {} }: RuleDocument): Rule => ({
  id,
  topic,
  events: normalEvents(events ?? []),
  filter: {
    key: pairs({ prefix: filter.prefix, suffix: filter.suffix, regex: filter.regex }),
    metadata: pairs(filter.metadata ?? {}),
    tags: pairs(filter.tags ?? {}),
  },
})

export const normalEvents = (events: readonly string[]): readonly string[] => {
  const names = events.map((event) => eventNamed(event) ?? event)
  return [...new Set(names.length > 0 ? names : DEFAULT_EVENTS)].sort()
}

export const pairs = <Name extends string>(entries: Readonly<Record<Name, string | undefined>>): Pairs<Name> =>
  (Object.entries(entries) as [Name, string | undefined][]) // Object.entries forgets the names.
    .flatMap(([name, value]): [Name, string][] => (value === undefined ? [] : [[name, value]]))
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** The rule's parts as texts, to be compared and shown. */
export const ruleParts = ({ topic, events, filter }: Rule): ReadonlyMap<string, string> =>
  new Map([
    ['topic', topic],
    ['events', events.join(', ')],
    ...filter.key.map(([name, value]) => [name, JSON.stringify(value)] as const),
    ...filter.metadata.map(([name, value]) => [`metadata ${name}`, JSON.stringify(value)] as const),
    ...filter.tags.map(([name, value]) => [`tag ${name}`, JSON.stringify(value)] as const),
  ])

/** The id under which a rule stands in for another while that one moves. */
export const bridgeOf = (id: string): string => `${id}${BRIDGE_SUFFIX}`

/** By id, also while it moves. */
export const isSame = (other: Rule, { id }: Rule): boolean => other.id === id || other.id === bridgeOf(id)

/** The events of a rule that names none. The gateway has the same default. */
export const DEFAULT_EVENTS: readonly string[] = ['ObjectCreated:*', 'ObjectRemoved:*']

/**
 * The name to subscribe with. `Noncurrent` is what 17 and 18 know; 20 knows both spellings.
 */
export const wireEvent = (event: string): string => `s3:${event.replace('NonCurrent', 'Noncurrent')}`
