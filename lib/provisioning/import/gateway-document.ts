import { isDeepStrictEqual } from 'node:util'
import type {
  BucketDocument,
  DesiredDocument,
  FilterDocument,
  RuleDocument,
  TopicDocument,
} from '../document/desired-schema.ts'
import { parseEndpoint } from '../document/push-endpoint.ts'
import { type BoundRule, DEFAULT_EVENTS } from '../document/rule.ts'
import {
  ATTRIBUTE_NAMES,
  type AttributeName,
  attributeOf,
  fallbackOf,
  topicKey,
  wireNameOf,
} from '../document/topic.ts'
import type { Topic } from '../gateway/topics.ts'
import type { State } from '../plan/state.ts'

export type Imported = {
  readonly document: DesiredDocument
  /** The environment variables that stand in the document for the secrets of the gateway. */
  readonly variables: readonly string[]
}

/**
 * The document of what a gateway has. Secrets become references to the environment. Topics that a document cannot describe,
 * such as those without an endpoint, are named as existing.
 */
export const documentOfState = ({ topics, buckets }: State): Imported => {
  const variables: string[] = []
  const names = new Map([...topics.values()].map(({ arn, name }) => [topicKey(arn), name]))
  const withRules = [...buckets].flatMap(([name, rules = []]): BucketDocument[] =>
    rules.length === 0 ? [] : [{ name, rules: rules.map((rule) => ruleDocument(rule, names)) }],
  )
  const known = new Set(names.values())
  const bound = withRules.flatMap(({ rules = [] }) => rules.map(({ topic }) => topic))
  const elsewhere = [...new Set(bound)].filter((topic) => !known.has(topic))
  return {
    document: {
      topics: [
        ...[...topics.values()].map((topic) => topicDocument(topic, variables)),
        ...elsewhere.map((name): TopicDocument => ({ name, existing: true })),
      ],
      buckets: withRules,
    },
    variables,
  }
}

const topicDocument = ({ name, attributes }: Topic, variables: string[]): TopicDocument => {
  const address = attributes.get('push-endpoint') ?? ''
  const endpoint = parseEndpoint(address)
  if (typeof endpoint === 'string') return { name, existing: true }
  const reference = (attribute: string): string => {
    const variable = freeName(`${name}_${attribute}`.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase(), variables)
    variables.push(variable)
    return `\${env:${variable}}`
  }
  const settings = ATTRIBUTE_NAMES.flatMap((attribute): [AttributeName, unknown][] => {
    const fallback = fallbackOf(attribute, endpoint.kind)
    const text = attributes.get(wireNameOf(attribute, endpoint.kind)) ?? fallback
    // Our own default of a persistent topic is another one.
    if (text === fallback && !(attribute === 'ackLevel' && endpoint.kind === 'amqp')) return []
    const isSecret = attributeOf(attribute).secret || (attribute === 'endpoint' && mayHoldSecret(text))
    return [[attribute, isSecret ? reference(attribute) : typedValue(attribute, text)]]
  })
  return { name, ...Object.fromEntries(settings) }
}

/** A name that no other secret has, since `a-b` and `a.b` would share one, and that a shell can set. */
const freeName = (name: string, taken: readonly string[]): string => {
  const wanted = /^\d/.test(name) ? `_${name}` : name
  let free = wanted
  for (let count = 2; taken.includes(free); count++) free = `${wanted}_${count}`
  return free
}

const mayHoldSecret = (endpoint: string): boolean => /[@?&]/.test(endpoint)

const FLAGS: readonly AttributeName[] = ['persistent', 'verifySsl', 'cloudevents', 'useSsl']
const COUNTS: readonly AttributeName[] = ['timeToLive', 'maxRetries', 'retrySleepDuration']

const typedValue = (name: AttributeName, text: string): unknown => {
  if (FLAGS.includes(name)) return text === 'true'
  if (COUNTS.includes(name)) return Number(text)
  return name === 'brokers' ? text.split(',') : text
}

const ruleDocument = (rule: BoundRule, names: ReadonlyMap<string, string>): RuleDocument => {
  const { id, topicArn, events, filter } = rule
  const parts: FilterDocument = {
    ...(Object.fromEntries(filter.key) as Pick<FilterDocument, 'prefix' | 'suffix' | 'regex'>), // The names of the pairs.
    ...(filter.metadata.length > 0 && { metadata: Object.fromEntries(filter.metadata) }),
    ...(filter.tags.length > 0 && { tags: Object.fromEntries(filter.tags) }),
  }
  return {
    id,
    topic: names.get(topicKey(topicArn)) ?? topicArn,
    ...(!isDeepStrictEqual(events, DEFAULT_EVENTS) && { events: [...events] }),
    ...(Object.keys(parts).length > 0 && { filter: parts }),
  }
}
