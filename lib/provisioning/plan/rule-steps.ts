import { isSameTopic } from '../document/provisioning-arn.ts'
import type { Rgw } from '../gateway/client.ts'
import type { Change } from './change.ts'
import { type BoundRule, bridgeOf } from './rule.ts'
import type { Step } from './work.ts'

/** The rules of one bucket, which the gateway reads, merges and writes: never two requests at a time, or one is lost. */
export type BucketRules = {
  readonly rgw: Rgw
  readonly bucket: string
  /** As they were found. */
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
 * stands in, lest the events of these moments go nowhere; for one moment they go to the new topic twice.
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
