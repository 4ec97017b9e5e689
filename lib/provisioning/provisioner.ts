import { applyChanges } from './apply.ts'
import type { Desired } from './document/desired.ts'
import { DesiredError, UnmetError } from './document/faults.ts'
import type { Rgw } from './gateway/rgw-client.ts'
import { planApply } from './plan/apply-plan.ts'
import type { Change, Plan } from './plan/plan.ts'
import { planDestroy, planPrune } from './plan/removal-plan.ts'
import type { Run } from './plan/run.ts'
import { checkTenants, readState, type State } from './plan/state.ts'

/** What was done. */
export type Applied = Pick<Plan, 'ignored' | 'kept' | 'notes'> & {
  readonly changes: readonly Change[]
  /** What is not as desired even so, as read back. */
  readonly drift: readonly Change[]
}

export type Verification = Plan & { readonly inSync: boolean }

type Options = Partial<Run>

/** One gateway made to be as documents say. Every method may throw the errors of errors.ts. */
export type Provisioner = {
  /** What apply would do. */
  plan(desired: Desired, options?: Options): Promise<Plan>
  /** Does what there is to do, and reads back what it wrote. When there is nothing to do, nothing is written. */
  apply(desired: Desired, options?: Options): Promise<Applied>
  /** Whether all is as desired, and the gateway heeds all of it. */
  verify(desired: Desired, options?: Options): Promise<Verification>
  planDestroy(desired: Desired, options?: Options): Promise<Plan>
  /** Removes the rules and topics that the document names; not topics that rules of others are bound to, nor buckets. */
  destroy(desired: Desired, options?: Options): Promise<Applied>
  planPrune(desired: Desired, options?: Options): Promise<Plan>
  /** Removes rules and topics that carry the document's prefix and are not in it, in all buckets of the user. */
  prune(desired: Desired, options?: Options): Promise<Applied>
}

const CONCURRENCY = 8

export const createProvisioner = (rgw: Rgw): Provisioner => {
  const read = async (desired: Desired, run: Run): Promise<State> => {
    await checkTenants(rgw, desired, run.signal)
    return readState(rgw, bucketNames(desired), run)
  }

  /** With all buckets of the user: a topic that goes is missed by every rule that is bound to it, wherever. */
  const readAll = async (desired: Desired, run: Run): Promise<State> => {
    const tenant = await checkTenants(rgw, desired, run.signal)
    const named = new Set(bucketNames(desired))
    const others = (await rgw.listBuckets(run.signal)).filter((name) => !named.has(`${tenant}:${name}`))
    return readState(rgw, [...new Set([...named, ...others])], run)
  }

  const remove = async (desired: Desired, state: State, plan: Plan, run: Run): Promise<Applied> => {
    await applyChanges(rgw, { desired, state, changes: plan.changes }, run)
    const { changes, kept, notes } = plan
    return { changes, ignored: [], kept, drift: [], ...(notes && { notes }) }
  }

  const planned = async (desired: Desired, run: Run) => {
    const state = await read(desired, run)
    return { state, plan: planApply(desired, state) }
  }

  return {
    plan: async (desired, options) => (await planned(desired, runOf(options))).plan,
    apply: async (desired, options) => {
      const run = runOf(options)
      const { state, plan } = await planned(desired, run)
      if (plan.problems.length > 0) throw new UnmetError(plan.problems)
      if (plan.changes.length === 0) return { changes: [], ignored: plan.ignored, kept: [], drift: [] }
      await applyChanges(rgw, { desired, state, changes: plan.changes }, run)
      const touched = plan.changes.flatMap(({ kind, name, bucket }) => (kind === 'bucket' ? name : (bucket ?? [])))
      const now = await readState(rgw, [...new Set(touched)], run)
      const after = planApply(desired, { topics: now.topics, buckets: new Map([...state.buckets, ...now.buckets]) })
      return { changes: plan.changes, ignored: after.ignored, kept: [], drift: after.changes }
    },
    verify: async (desired, options) => {
      const { plan } = await planned(desired, runOf(options))
      const inSync = plan.changes.length + plan.problems.length + plan.ignored.length === 0
      return { ...plan, inSync }
    },
    planDestroy: async (desired, options) => planDestroy(desired, await readAll(desired, runOf(options))),
    destroy: async (desired, options) => {
      const run = runOf(options)
      const state = await readAll(desired, run)
      return remove(desired, state, planDestroy(desired, state), run)
    },
    planPrune: async (desired, options) =>
      planPrune(prefixOf(desired), desired, await readAll(desired, runOf(options))),
    prune: async (desired, options) => {
      const run = runOf(options)
      const prefix = prefixOf(desired)
      const state = await readAll(desired, run)
      return remove(desired, state, planPrune(prefix, desired, state), run)
    },
  }
}

const runOf = (options: Options = {}): Run => ({ concurrency: CONCURRENCY, ...options })

const bucketNames = ({ buckets }: Desired): string[] => buckets.map(({ name }) => name)

const prefixOf = ({ prefix }: Desired): string => {
  if (prefix !== undefined) return prefix
  const message = 'is missing: without it nothing tells what is ours to prune'
  throw new DesiredError([{ path: 'prefix', message }])
}
