import { TidingsError, toTidingsError } from '../process/errors.ts'
import type { Rgw } from './gateway/rgw-client.ts'
import type { Change } from './plan/plan.ts'
import { concurrently, type Run } from './plan/run.ts'
import { phasesOf, type Step, type Work } from './plan/steps.ts'

/**
 * Makes the changes: buckets, topics, rules; then removals, rules before topics. After a failure no further step begins.
 *
 * @throws ApplyError with the changes that were made and those that were not; applying again makes the rest
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

/** Error thrown when a step failed. Changes that were made stay, and applying again makes the rest. */
export class ApplyError extends TidingsError {
  override readonly name = 'ApplyError'
  readonly code = 'apply_incomplete'
  readonly status = 502
  readonly done: readonly Change[]
  readonly notDone: readonly Change[]
  readonly #cause: TidingsError

  constructor(cause: TidingsError, done: readonly Change[], notDone: readonly Change[]) {
    super(`${cause.message} (${done.length} of ${done.length + notDone.length} changes were made before)`, { cause })
    this.done = done
    this.notDone = notDone
    this.#cause = cause
  }

  override get details() {
    return { ...this.#cause.details, done: this.done, notDone: this.notDone }
  }
}
