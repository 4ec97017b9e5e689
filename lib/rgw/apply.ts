import { toTidingsError } from '../errors.ts'
import type { Change } from './change.ts'
import type { Rgw } from './client.ts'
import { concurrently } from './concurrently.ts'
import { ApplyError } from './errors.ts'
import type { Run } from './run.ts'
import { phasesOf } from './steps.ts'
import type { Step, Work } from './work.ts'

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
