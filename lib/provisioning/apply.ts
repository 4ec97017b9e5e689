import { toTidingsError } from '../process/errors.ts'
import type { Rgw } from './gateway/client.ts'
import { concurrently } from './gateway/concurrently.ts'
import { ApplyError } from './gateway/gateway-errors.ts'
import type { Run } from './gateway/run.ts'
import type { Change } from './plan/change.ts'
import { phasesOf } from './plan/steps.ts'
import type { Step, Work } from './plan/work.ts'

/**
 * Carries changes out: buckets, topics, rules; then removals, rules before topics. A step that fails lets no further one
 * begin.
 *
 * @throws ApplyError telling what was done and what was not; planning and applying again does the rest
 */
export const applyChanges = async (rgw: Rgw, work: Work, run: Run): Promise<void> => {
  const { changes } = work
  const done = new Set<Change>()
  const tell = (): void => run.onProgress?.({ stage: 'write', done: done.size, total: changes.length })
  const settle = (change: Change): void => {
    done.add(change)
    tell()
  }
  const perform = (step: Step): Promise<void> => step(settle)
  tell()
  try {
    for (const { steps, oneByOne } of phasesOf(rgw, work, run.signal)) {
      await concurrently(steps, oneByOne ? 1 : run.concurrency, perform)
    }
  } catch (error) {
    const notDone = changes.filter((change) => !done.has(change))
    throw new ApplyError(toTidingsError(error), [...done], notDone)
  }
}
