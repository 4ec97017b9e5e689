import { DecodeError } from './errors.ts'

/**
 * What one delivery may become at most, over all that is packed in it: a body of a few kB must not fill the memory. Whoever
 * unpacks takes from it.
 */
export type Budget = {
  /** Bytes that may still come out of compressed ones. */
  bytes: number
  /** Items of lists that may still be read. */
  items: number
}

/**
 * 1 MiB decompressed: the largest notification of a running OpenStack had 50 kB, the largest of its services' samples less.
 * 4,000 items: as many of ceilometer's samples as a body of 1 MiB has room for.
 */
export const createBudget = (): Budget => ({ bytes: 1024 * 1024, items: 4000 })

/** @throws DecodeError where there are more than the budget allows */
export const takeItems = (budget: Budget, count: number): void => {
  if (count > budget.items) {
    throw new DecodeError(`expected at most ${budget.items} more items in this delivery, found ${count}`)
  }
  budget.items -= count
}
