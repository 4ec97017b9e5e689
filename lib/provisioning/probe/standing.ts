import type { DesiredTopic } from '../document/desired.ts'
import type { Rule } from '../document/rule.ts'
import { isSameTopic, isTopicArn } from '../document/topic-arn.ts'
import { type State, topicArnOf } from '../plan/state.ts'
import { excludedRule, type ProbeEvent, type ProbeObject } from './probe-object.ts'
import { failed, type HopResult, passed } from './probe-report.ts'

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
