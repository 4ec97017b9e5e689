import * as z from 'zod'
import { checkDesired } from './desired-checks.ts'
import { DesiredDocument, type TopicDocument } from './desired-schema.ts'
import { DesiredError, type Issue, issuesOf } from './faults.ts'
import { allowedEndpoints } from './push-endpoint.ts'
import { type Resolve, resolveReferences, SecretText, shownValue } from './references.ts'
import { type Rule, ruleOf } from './rule.ts'
import { ATTRIBUTE_NAMES, type AttributeName } from './topic-attributes.ts'

/** A document that was checked, with its secrets in hand. */
export type Desired = {
  readonly prefix: string | undefined
  readonly topics: readonly DesiredTopic[]
  readonly buckets: readonly DesiredBucket[]
}

export type DesiredTopic = {
  readonly name: string
  /** Somebody else's: used, never touched. */
  readonly existing: boolean
  readonly attributes: ReadonlyMap<AttributeName, SecretText>
}

export type DesiredBucket = { readonly name: string; readonly create: boolean; readonly rules: readonly Rule[] }

export type DesiredOptions = {
  readonly resolve: Resolve
  /** The gateway's URL is https, or it was told to take passwords without (rgw_allow_notification_secrets_in_cleartext). */
  readonly secretsAllowed: boolean
  /** Patterns `[scheme://]host[:port]` of endpoints; absent: any. */
  readonly allowedEndpoints?: readonly string[] | undefined
}

/**
 * Checks all of a document before anything of it is sent.
 *
 * @throws DesiredError with everything that is wrong
 */
export const readDesired = (document: unknown, options: DesiredOptions): Desired => {
  const parsed = z.safeParse(DesiredDocument, document)
  if (!parsed.success) throw new DesiredError(parsed.error.issues.flatMap(issuesOf))
  const { topics = [], buckets = [], prefix } = parsed.data
  const issues: Issue[] = []
  const resolved = resolveReferences(topics, options.resolve, issues)
  // A text that could not be resolved would only be called wrong once more.
  if (issues.length > 0) throw new DesiredError(issues)
  const isAllowed = allowedEndpoints(options.allowedEndpoints)
  issues.push(...checkDesired({ ...parsed.data, topics: resolved }, { ...options, isAllowed }))
  if (issues.length > 0) throw new DesiredError(issues)
  return {
    prefix,
    topics: resolved.map((topic, index) => desiredTopic(topic, topics[index] ?? topic)),
    buckets: buckets.map(({ name, create = false, rules = [] }) => ({ name, create, rules: rules.map(ruleOf) })),
  }
}

const desiredTopic = (resolved: TopicDocument, written: TopicDocument): DesiredTopic => ({
  name: resolved.name,
  existing: resolved.existing === true,
  attributes: new Map(
    ATTRIBUTE_NAMES.flatMap((name) => {
      const text = wireText(resolved[name] ?? (name === 'ackLevel' ? ackLevelOf(resolved) : undefined))
      if (text === undefined) return []
      return [[name, new SecretText(text, shownValue(name, wireText(written[name]) ?? text))] as const]
    }),
  ),
})

/**
 * RGW's own default is `broker`: a broker confirms, and drops, what no queue is bound for yet, and the event is lost even
 * to a persistent topic. With `routable` the gateway keeps it and tries again.
 */
const ackLevelOf = ({ endpoint = '', persistent }: TopicDocument): string | undefined =>
  persistent === true && /^amqps?:/.test(endpoint) ? 'routable' : undefined

/** Booleans, numbers, lists and policies as the gateway reads them. */
const wireText = (value: TopicDocument[AttributeName]): string | undefined => {
  if (value === undefined || typeof value === 'string') return value
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
