import { declareExchange } from '../broker/exchanges.ts'
import type { Desired, DesiredTopic } from '../document/desired.ts'
import { type BoundRule, bridgeOf } from '../document/rule.ts'
import { type AttributeName, isSameTopic } from '../document/topic.ts'
import type { Rgw } from '../gateway/rgw-client.ts'
import type { Change } from './plan.ts'
import { isPersistent } from './rule-order.ts'
import { known } from './run.ts'
import { type State, topicArnOf } from './state.ts'
import { PENDING, wireAttributes, wireName } from './topic-plan.ts'
import { keptAttributes } from './topics-of-others.ts'

/** The changes to make, with the document and the state that they come from. */
export type Work = { readonly desired: Desired; readonly state: State; readonly changes: readonly Change[] }

/** Makes some changes, and reports each one that is done. */
export type Step = (settle: (change: Change) => void) => Promise<void>

/** The next phase begins when all steps of this one are done. */
export type Phase = { readonly steps: readonly Step[]; readonly oneByOne: boolean }

/**
 * Without v2 metadata all topics of a tenant are one object in RADOS, which every writer reads, changes and writes: of
 * two at a time one is answered 500. Before 17.2.7 writing a rule writes a topic too. So rules are written side by side
 * only where the gateway shows that it is newer.
 */
export const phasesOf = (rgw: Rgw, { desired, state, changes }: Work, signal: AbortSignal | undefined): Phase[] => {
  const isOld = ![...state.topics.values()].some(({ olderThan }) => olderThan === undefined)
  const arns = new Map([...state.topics].map(([name, { arn }]) => [name, arn]))
  const topics = new Map(desired.topics.map((topic) => [topic.name, topic]))
  const rules = new Map(desired.buckets.map((bucket) => [bucket.name, bucket.rules]))

  const declaredRule = ({ bucket = '', name }: Change) => known(rules.get(bucket)?.find(({ id }) => id === name))

  const ruleOf = (change: Change) => {
    const rule = declaredRule(change)
    return { ...rule, topicArn: known(arns.get(rule.topic) ?? topicArnOf(rule.topic, state)) }
  }

  const pick = (kind: Change['kind'], ...actions: readonly Change['action'][]): Change[] =>
    changes.filter((change) => change.kind === kind && actions.includes(change.action))

  /** Rules on persistent topics first, so that they are there before the endpoint of another rule can fail. */
  const persistentFirst = (changes: readonly Change[]): readonly Change[] => {
    const rank = (change: Change): number => (isPersistent(declaredRule(change).topic, desired, state) ? 0 : 1)
    return changes.toSorted((a, b) => rank(a) - rank(b))
  }

  const byBucket = (
    changes: readonly Change[],
    step: (rules: BucketRules, changes: readonly Change[]) => Step,
  ): Step[] =>
    [...new Set(changes.map(({ bucket = '' }) => bucket))].map((bucket) => {
      const bucketRules = { rgw, bucket, real: state.buckets.get(bucket) ?? [], ruleOf, signal }
      return step(
        bucketRules,
        changes.filter((change) => change.bucket === bucket),
      )
    })

  const createTopic = async (name: string, isPending: boolean): Promise<void> => {
    const topic = known(topics.get(name))
    const attributes = wireAttributes(topic, state.topics.get(name), keptAttributes(topic, state))
    if (isPending) attributes.set(PENDING, 'true')
    arns.set(name, await rgw.createTopic(name, attributes, signal))
  }

  const createBucket =
    (change: Change): Step =>
    async (settle) => {
      await rgw.createBucket(known(desired.buckets.find(({ name }) => name === change.name)), signal)
      settle(change)
    }

  const boundAgain = new Set(pick('rule', 'bind').map((change) => declaredRule(change).topic))

  const setAttributes = async (topic: DesiredTopic, { differences }: Change): Promise<void> => {
    const real = state.topics.get(topic.name)
    for (const { name } of differences) {
      const value = known(topic.attributes.get(name as AttributeName)) // As differences of topics name them.
      await rgw.setTopicAttribute(topic.name, wireName(name, topic, real), value.reveal(), signal)
    }
  }

  const writeTopic =
    (change: Change): Step =>
    async (settle) => {
      const topic = known(topics.get(change.name))
      if (topic.byArn) await setAttributes(topic, change)
      else await createTopic(change.name, boundAgain.has(change.name))
      if (!boundAgain.has(change.name)) settle(change)
    }

  const finishTopic =
    (change: Change): Step =>
    async (settle) => {
      await createTopic(change.name, false)
      settle(change)
    }

  const removeTopic =
    (change: Change): Step =>
    async (settle) => {
      await rgw.deleteTopic(known(arns.get(change.name)), signal)
      settle(change)
    }

  const written = pick('topic', 'create', 'update')
  const declare =
    (change: Change): Step =>
    async (settle) => {
      await declareExchange(known(topics.get(change.topic ?? '')))
      settle(change)
    }

  return [
    // First, since the gateway sends events as soon as there are rules.
    { steps: pick('exchange', 'create').map(declare), oneByOne: true },
    { steps: pick('bucket', 'create').map(createBucket), oneByOne: false },
    { steps: written.map(writeTopic), oneByOne: true },
    { steps: byBucket(persistentFirst(pick('rule', 'create', 'update', 'bind')), putRules), oneByOne: isOld },
    { steps: byBucket(pick('rule', 'move'), moveRules), oneByOne: isOld },
    { steps: written.filter(({ name }) => boundAgain.has(name)).map(finishTopic), oneByOne: true },
    { steps: byBucket(pick('rule', 'remove'), removeRules), oneByOne: isOld },
    { steps: pick('topic', 'remove').map(removeTopic), oneByOne: true },
  ]
}

/** The rules of one bucket. The gateway reads, merges and writes them all, so two requests at a time would lose one change. */
export type BucketRules = {
  readonly rgw: Rgw
  readonly bucket: string
  /** The rules as they were found. */
  readonly real: readonly BoundRule[]
  /** The rule that a change is about. */
  readonly ruleOf: (change: Change) => BoundRule
  readonly signal: AbortSignal | undefined
}

export const putRules =
  ({ rgw, bucket, ruleOf, signal }: BucketRules, changes: readonly Change[]): Step =>
  async (settle) => {
    await rgw.putRules(bucket, changes.map(ruleOf), signal)
    changes.forEach(settle)
  }

/**
 * The gateway cannot replace the topic of a rule, only add a second rule with the same id. So a rule with another id
 * stands in meanwhile, so that no event is lost. For one moment events go to the new topic twice.
 */
export const moveRules =
  ({ rgw, bucket, real, ruleOf, signal }: BucketRules, changes: readonly Change[]): Step =>
  async (settle) => {
    const deleteAll = async (rules: readonly BoundRule[]): Promise<void> => {
      for (const { id } of rules) await rgw.deleteRule(bucket, id, signal)
    }
    for (const change of changes) {
      const rule = ruleOf(change)
      const bridge = { ...rule, id: bridgeOf(rule.id) }
      // A move that was interrupted, to some other topic; one to the same topic goes on where it was.
      const strays = real.filter(({ id }) => id === bridge.id)
      if (strays.some(({ topicArn }) => !isSameTopic(topicArn, rule.topicArn))) await deleteAll(strays)
      await rgw.putRules(bucket, [bridge], signal)
      await deleteAll(real.filter(({ id }) => id === rule.id))
      await rgw.putRules(bucket, [rule], signal)
      await deleteAll([bridge])
      settle(change)
    }
  }

/**
 * Of rules with one id the gateway removes any one, so where one of them is to stay they all go, and it is put again; a
 * rule with another id stands in for it meanwhile.
 */
export const removeRules =
  ({ rgw, bucket, real, signal }: BucketRules, changes: readonly Change[]): Step =>
  async (settle) => {
    const goes = new Set(changes.map(({ name, differences }) => `${name}_${differences[0]?.from}`))
    for (const change of changes) {
      const namesakes = real.filter(({ id }) => id === change.name)
      const stays = namesakes.filter(({ id, topic }) => !goes.has(`${id}_${topic}`))
      const bridges = stays.map((rule) => ({ ...rule, id: bridgeOf(rule.id) }))
      if (stays.length === 0) {
        await rgw.deleteRule(bucket, change.name, signal)
      } else {
        await rgw.putRules(bucket, bridges, signal)
        for (const { id } of namesakes) await rgw.deleteRule(bucket, id, signal)
        await rgw.putRules(bucket, stays, signal)
        for (const { id } of bridges) await rgw.deleteRule(bucket, id, signal)
      }
      settle(change)
    }
  }
