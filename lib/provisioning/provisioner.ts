import { applyChanges } from './apply.ts'
import type { Desired } from './document/desired.ts'
import { DesiredError, UnmetError } from './document/faults.ts'
import type { Rgw } from './gateway/rgw-client.ts'
import { planApply } from './plan/apply-plan.ts'
import type { Change, Plan } from './plan/plan.ts'
import { planDestroy, planPrune } from './plan/removal-plan.ts'
import type { Run } from './plan/run.ts'
import { checkTenants, readState, type State } from './plan/state.ts'

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
  /** Removes the rules and topics that the document names; no buckets, and no topics that other rules use. */
  destroy(desired: Desired, options?: Options): Promise<Applied>
  planPrune(desired: Desired, options?: Options): Promise<Plan>
  /** Removes rules and topics that have the prefix and are not in the document, in all buckets of the user. */
  prune(desired: Desired, options?: Options): Promise<Applied>
}

const CONCURRENCY = 8

export const createProvisioner = (rgw: Rgw): Provisioner => {
  const read = async (desired: Desired, run: Run): Promise<State> => {
    await checkTenants(rgw, desired, run.signal)
    return readState(rgw, bucketNames(desired), run)
  }

  /** With all buckets of the user, since a rule in any of them may use a topic that is removed. */
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
  const message = 'is missing: prune removes what begins with it, so write the prefix of your topics and rules'
  throw new DesiredError([{ path: 'prefix', message }])
}
