import { applyChanges } from './apply.ts'
import { readExchanges } from './broker/exchanges.ts'
import type { Desired } from './document/desired.ts'
import { DesiredError, UnmetError } from './document/faults.ts'
import type { Rgw } from './gateway/rgw-client.ts'
import { planApply } from './plan/apply-plan.ts'
import type { Change, Plan } from './plan/plan.ts'
import { planDestroy, planPrune } from './plan/removal-plan.ts'
import type { Run } from './plan/run.ts'
import { checkTenants, readState, type State, withMatches, withOwners } from './plan/state.ts'
import { withTopicsByArn } from './plan/topics-of-others.ts'

/** The changes that were made. */
export type Applied = Pick<Plan, 'ignored' | 'kept' | 'notes'> & {
  readonly changes: readonly Change[]
  /** The differences that remain, as read back. */
  readonly drift: readonly Change[]
}

export type Verification = Plan & { readonly inSync: boolean }

type Options = Partial<Run>

/** One gateway. Every method may throw DesiredError, UnmetError, RgwRefusedError, RgwUnavailableError and ApplyError. */
export type Provisioner = {
  /** The changes that apply would make. */
  plan(desired: Desired, options?: Options): Promise<Plan>
  /** Makes the changes, and reads back what it wrote. Where nothing differs, it writes nothing. */
  apply(desired: Desired, options?: Options): Promise<Applied>
  /** Whether the gateway matches the document and ignores nothing of it. */
  verify(desired: Desired, options?: Options): Promise<Verification>
  planDestroy(desired: Desired, options?: Options): Promise<Plan>
  /**
   * Removes the rules and topics that the document names; no buckets, and no topics that other rules use. The rules of `keep` stay,
   * even if both documents select their bucket, one by its name and one by a pattern.
   */
  destroy(desired: Desired, options?: Options & { readonly keep?: Desired }): Promise<Applied>
  planPrune(desired: Desired, options?: Options): Promise<Plan>
  /** Removes rules and topics that have the prefix and are not in the document, in all buckets of the user. */
  prune(desired: Desired, options?: Options): Promise<Applied>
}

const CONCURRENCY = 8

export const createProvisioner = (rgw: Rgw): Provisioner => {
  const read = async (document: Desired, run: Run) => {
    await checkTenants(rgw, document, run.signal)
    const desired = await withMatches(rgw, document, run)
    return { desired, state: await withOwners(rgw, await readState(rgw, bucketNames(desired), run), run.signal) }
  }

  /** With all buckets of the user, since a rule in any of them may use a topic that is removed. */
  const readAll = async (document: Desired, run: Run) => {
    const tenant = await checkTenants(rgw, document, run.signal)
    const desired = await withMatches(rgw, document, run)
    const named = new Set(bucketNames(desired))
    const others = (await rgw.listBuckets(run.signal)).filter((name) => !named.has(`${tenant}:${name}`))
    const state = await readState(rgw, [...new Set([...named, ...others])], run)
    return { desired, state: await withOwners(rgw, state, run.signal) }
  }

  const remove = async (desired: Desired, state: State, plan: Plan, run: Run): Promise<Applied> => {
    await applyChanges(rgw, { desired, state, changes: plan.changes }, run)
    const { changes, kept, notes } = plan
    return { changes, ignored: [], kept, drift: [], ...(notes && { notes }) }
  }

  const planned = async (document: Desired, run: Run) => {
    const found = await read(document, run)
    const { desired } = found
    const withTopics = await withTopicsByArn(rgw, desired, found.state, run.signal)
    const state = { ...withTopics, exchanges: await readExchanges(desired) }
    return { desired, state, plan: planApply(desired, state) }
  }

  return {
    plan: async (document, options) => (await planned(document, runOf(options))).plan,
    apply: async (document, options) => {
      const run = runOf(options)
      const { desired, state, plan } = await planned(document, run)
      const notes = plan.notes && { notes: plan.notes }
      if (plan.problems.length > 0) throw new UnmetError(plan.problems)
      if (plan.changes.length === 0) return { changes: [], ignored: plan.ignored, kept: [], drift: [], ...notes }
      await applyChanges(rgw, { desired, state, changes: plan.changes }, run)
      const touched = plan.changes.flatMap(({ kind, name, bucket }) => (kind === 'bucket' ? name : (bucket ?? [])))
      const listed = await readState(rgw, [...new Set(touched)], run)
      const now = await withTopicsByArn(rgw, desired, listed, run.signal)
      const after = planApply(desired, { topics: now.topics, buckets: new Map([...state.buckets, ...now.buckets]) })
      return { changes: plan.changes, ignored: after.ignored, kept: [], drift: after.changes, ...notes }
    },
    verify: async (document, options) => {
      const { plan } = await planned(document, runOf(options))
      const inSync = plan.changes.length + plan.problems.length + plan.ignored.length === 0
      return { ...plan, inSync }
    },
    planDestroy: async (document, options) => {
      const { desired, state } = await readAll(document, runOf(options))
      return planDestroy(desired, state)
    },
    destroy: async (document, options) => {
      const run = runOf(options)
      const { desired, state } = await readAll(document, run)
      const keep = options?.keep && (await withMatches(rgw, options.keep, run))
      return remove(desired, state, planDestroy(desired, state, keep), run)
    },
    planPrune: async (document, options) => {
      const { desired, state } = await readAll(document, runOf(options))
      return planPrune(prefixOf(desired), desired, state)
    },
    prune: async (document, options) => {
      const run = runOf(options)
      const prefix = prefixOf(document)
      const { desired, state } = await readAll(document, run)
      return remove(desired, state, planPrune(prefix, desired, state), run)
    },
  }
}

const runOf = (options: Options = {}): Run => ({ concurrency: CONCURRENCY, ...options })

const bucketNames = ({ buckets }: Desired): string[] => buckets.map(({ name }) => name)

const prefixOf = ({ prefix }: Desired): string => {
  if (prefix !== undefined) return prefix
  const message = 'is missing: prune removes what begins with it, so write the prefix of your topics and rules'
  throw new DesiredError([{ path: 'prefix', message }])
}
