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

/** The largest notification of a running OpenStack had 50 kB, the largest of its services' samples less. */
export const MAX_DECOMPRESSED = 1024 * 1024
/** As many of ceilometer's samples as a body of 1 MiB has room for. */
const MAX_ITEMS = 4000

export const createBudget = (): Budget => ({ bytes: MAX_DECOMPRESSED, items: MAX_ITEMS })

/** @throws DecodeError where there are more than the budget allows */
export const takeItems = (budget: Budget, count: number): void => {
  if (count > budget.items) {
    throw new DecodeError(`the lists of this message have more than ${MAX_ITEMS} items`)
  }
  budget.items -= count
}
