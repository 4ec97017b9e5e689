import type { Rgw } from '../gateway/client.ts'
import type { Change } from './change.ts'
import { known } from './known.ts'
import { type BucketRules, moveRules, putRules, removeRules } from './rule-steps.ts'
import { topicArnOf } from './state.ts'
import { PENDING, wireAttributes } from './topic-plan.ts'
import type { Phase, Step, Work } from './work.ts'

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

  const ruleOf = ({ bucket = '', name }: Change) => {
    const rule = known(rules.get(bucket)?.find(({ id }) => id === name))
    return { ...rule, topicArn: known(arns.get(rule.topic) ?? topicArnOf(rule.topic, state)) }
  }

  const pick = (kind: Change['kind'], ...actions: readonly Change['action'][]): Change[] =>
    changes.filter((change) => change.kind === kind && actions.includes(change.action))

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
    const attributes = wireAttributes(known(topics.get(name)))
    if (isPending) attributes.set(PENDING, 'true')
    arns.set(name, await rgw.createTopic(name, attributes, signal))
  }

  const createBucket =
    (change: Change): Step =>
    async (settle) => {
      await rgw.createBucket(change.name, signal)
      settle(change)
    }

  const boundAgain = new Set(
    pick('rule', 'bind').map(({ bucket = '', name }) => rules.get(bucket)?.find(({ id }) => id === name)?.topic),
  )

  const writeTopic =
    (change: Change): Step =>
    async (settle) => {
      await createTopic(change.name, boundAgain.has(change.name))
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
  return [
    { steps: pick('bucket', 'create').map(createBucket), oneByOne: false },
    { steps: written.map(writeTopic), oneByOne: true },
    { steps: byBucket(pick('rule', 'create', 'update', 'bind'), putRules), oneByOne: isOld },
    { steps: byBucket(pick('rule', 'move'), moveRules), oneByOne: isOld },
    { steps: written.filter(({ name }) => boundAgain.has(name)).map(finishTopic), oneByOne: true },
    { steps: byBucket(pick('rule', 'remove'), removeRules), oneByOne: isOld },
    { steps: pick('topic', 'remove').map(removeTopic), oneByOne: true },
  ]
}
