import { randomUUID } from 'node:crypto'
import type { DesiredTopic } from '../document/desired.ts'
import type { Filter, Rule } from '../document/rule.ts'
import { isSameTopic, isTopicArn } from '../document/topic.ts'
import { type State, topicArnOf } from '../plan/state.ts'
import { failed, type HopResult, passed } from './probe-report.ts'

/** The object of a probe: it matches the filter of the rule, and its key has a part that nobody else uses. */
export type ProbeObject = {
  readonly key: string
  /** By name, with `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

/** The part of a key that only this probe object has. The prefix that the rule asks for stands before it. */
export const PROBE_ID = /tidings-probe-[0-9a-f-]{13}/

/** The events that a probe brings about: it puts an object, and removes it. */
const PROBE_EVENTS = ['ObjectCreated:Put', 'ObjectRemoved:Delete'] as const

export type ProbeEvent = (typeof PROBE_EVENTS)[number]

/** Undefined where no key of a probe object would match the regular expression of the rule. */
export const probeObjectFor = ({ filter }: Rule): ProbeObject | undefined => {
  const { prefix = '', suffix = '', regex } = Object.fromEntries(filter.key) as Partial<Record<string, string>>
  const own = `tidings-probe-${randomUUID().slice(0, 13)}`
  const candidates = [`${prefix}${own}${suffix}`, ...(regex === undefined ? [] : likeRegex(regex, own))]
  const object = { metadata: Object.fromEntries(filter.metadata), tags: Object.fromEntries(filter.tags) }
  const key = candidates.find((key) => key.includes(own) && excludedBy(filter, { ...object, key }) === undefined)
  return key === undefined ? undefined : { ...object, key }
}

/** Keys for the expressions that people write, with our part in place of each `.*` in turn: `(in|out)/.*\.jpg`. */
const likeRegex = (regex: string, own: string): string[] => {
  const firstChoices = regex.replaceAll(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)/g, '$1').replaceAll(/^\^|\$$/g, '')
  const parts = firstChoices.split(/(?:\.|\[[^\]]*\]|\\[wS])[*+]\??/).map((part) => part.replaceAll('\\', ''))
  return parts
    .slice(1)
    .map((_, index) => parts.reduce((key, part, at) => `${key}${at === index + 1 ? own : 'a'}${part}`))
}

/** The event of a probe that the rule asks for. */
export const probeEventFor = ({ events }: Rule): ProbeEvent | undefined =>
  PROBE_EVENTS.find((event) => events.some((pattern) => asksFor(pattern, event)))

const asksFor = (pattern: string, event: string): boolean =>
  pattern === event || (pattern.endsWith('*') && event.startsWith(pattern.slice(0, -1)))

/** The part of a rule that keeps an object from matching, in words. Undefined where it matches. */
const excludedBy = ({ key: pairs, metadata, tags }: Filter, object: ProbeObject): string | undefined => {
  const { prefix, suffix, regex } = Object.fromEntries(pairs) as Partial<Record<string, string>>
  if (prefix !== undefined && !object.key.startsWith(prefix)) return `prefix ${JSON.stringify(prefix)}`
  if (suffix !== undefined && !object.key.endsWith(suffix)) return `suffix ${JSON.stringify(suffix)}`
  if (regex !== undefined && !isMatch(regex, object.key)) return `regex ${JSON.stringify(regex)}`
  const ofMetadata = metadata.find(([name, value]) => object.metadata[name] !== value)
  if (ofMetadata) return `metadata ${ofMetadata[0]}`
  const ofTags = tags.find(([name, value]) => object.tags[name] !== value)
  return ofTags && `tag ${ofTags[0]}`
}

/** The gateway matches the whole key. */
const isMatch = (regex: string, key: string): boolean => new RegExp(`^(?:${regex})$`).test(key)

/** The part of a rule that keeps an object and its event from matching. */
const excludedRule = ({ events, filter }: Rule, object: ProbeObject, event: ProbeEvent): string | undefined =>
  events.some((pattern) => asksFor(pattern, event)) ? excludedBy(filter, object) : `events ${events.join(', ')}`

/** A rule of the document, and the object that stands for those that the rule is about. */
export type Place = {
  readonly bucket: string
  readonly rule: Rule
  readonly topic: DesiredTopic
  readonly object: ProbeObject
  readonly event: ProbeEvent
}

/** The hops that the state of the gateway shows, up to the first that fails. */
export const standingHops = (place: Place, state: State): readonly HopResult[] => {
  const hops: HopResult[] = []
  for (const [hop, faultOf] of HOPS) {
    const fault = faultOf(place, state)
    hops.push(fault === undefined ? passed(hop) : failed(hop, fault))
    if (fault !== undefined) break
  }
  return hops
}

type FaultOf = (place: Place, state: State) => string | undefined

const topicFault: FaultOf = ({ topic }, { topics }) => {
  const real = topics.get(topic.name)
  // A topic of another user may be bound without being listed.
  if (real === undefined)
    return isTopicArn(topic.name) ? undefined : `the gateway has no topic ${topic.name}: apply the document`
  const wanted = topic.attributes.get('endpoint')
  if (topic.existing || real.attributes.get('push-endpoint') === wanted?.reveal()) return undefined
  return `topic ${topic.name} has another endpoint than ${wanted?.shown}: apply the document`
}

const ruleFault: FaultOf = (place, state) => {
  const { bucket, rule } = place
  const rules = state.buckets.get(bucket)
  if (rules === undefined) return `bucket ${bucket} does not exist: apply the document`
  const [namesake] = rules.filter(({ id }) => id === rule.id)
  if (namesake === undefined) return `bucket ${bucket} has no rule ${rule.id}: apply the document`
  if (boundRule(place, state) !== undefined) return undefined
  return `rule ${rule.id} is bound to ${namesake.topicArn}, not to topic ${rule.topic}: apply the document`
}

const filterFault: FaultOf = (place, state) => {
  const { rule, object, event } = place
  const bound = boundRule(place, state)
  const part = bound && excludedRule(bound, object, event)
  if (part === undefined) return undefined
  return `rule ${rule.id} of the gateway has ${part}, which does not match ${event} of ${object.key}: apply the document`
}

const boundRule = ({ bucket, rule }: Place, state: State) => {
  const arn = topicArnOf(rule.topic, state)
  const rules = state.buckets.get(bucket) ?? []
  return rules.find(({ id, topicArn }) => id === rule.id && arn !== undefined && isSameTopic(topicArn, arn))
}

const HOPS = [
  ['topic', topicFault],
  ['rule', ruleFault],
  ['filter', filterFault],
] as const satisfies readonly (readonly [string, FaultOf])[]
