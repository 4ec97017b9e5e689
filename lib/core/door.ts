import { NEVER, timeIsOver } from '../process/unless-aborted.ts'
import { type Access, admitted } from './access.ts'
import type { Delivery, Outcome } from './delivery.ts'
import type { Observe } from './observe.ts'
import { outcomeOf } from './verdicts.ts'

/** Returns an outcome for each delivery, in the same order. Once the signal aborts, it returns the outcomes that are known so far. */
export type Deliver = (deliveries: readonly Delivery[], signal: AbortSignal) => Promise<Outcome[]>

/**
 * What the host and the relay call: deliveries as they came, without a platform's event around them. It never rejects, and it
 * answers within a tenth of a second once the signal aborts.
 */
export type Door = {
  /** The function's name, for logs. */
  readonly name: string
  /** Who may call it by HTTP. A host asks before it reads a body; `deliver` asks again. */
  readonly access: Access
  readonly deliver: Deliver
}

/** A function of ours has its door under this name. Two copies of the package agree on it. */
export const DOOR: unique symbol = Symbol.for('tidings.door')

/**
 * The door of a handler. Undefined: the handler is not ours, and is called as Lambda calls it.
 *
 * @throws ConfigError where the function configures itself now, and the environment does not describe a working setup
 */
export const doorOf = (handler: unknown): Door | undefined => {
  if (typeof handler !== 'function' || !(DOOR in handler)) return undefined
  const door = handler[DOOR]
  return isDoor(door) ? door : undefined
}

/** Another copy of the package may have made it. */
const isDoor = (value: unknown): value is Door =>
  isObject(value) &&
  typeof value.name === 'string' &&
  typeof value.deliver === 'function' &&
  isObject(value.access) &&
  typeof value.access.guard === 'string' &&
  typeof value.access.refusalOf === 'function'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

export type DoorOptions = {
  readonly name: string
  readonly access: Access
  /** The work of the function. */
  readonly work: Deliver
  readonly observe: Observe
}

export const createDoor = ({ name, access, work, observe }: DoorOptions): Door => {
  const deliver = inTime(admitted(access, work))
  return {
    name,
    access,
    deliver: async (deliveries, signal) => {
      const startedAt = process.hrtime.bigint()
      let outcomes: Outcome[]
      try {
        outcomes = await deliver(deliveries, signal)
      } catch (error) {
        outcomes = deliveries.map(() => outcomeOf(error))
      }
      observe(outcomes, deliveries, startedAt)
      return outcomes
    },
  }
}

/** Work that heeds the signal answers at once when it aborts, and its answer counts. */
const LAST_WORDS_MS = 100

/** @throws InternalError when the signal has aborted and no answer follows */
const inTime = (deliver: Deliver): Deliver => {
  const watched: Deliver = async (deliveries, signal) => {
    const { promise: over, reject } = Promise.withResolvers<never>()
    let timer: NodeJS.Timeout | undefined
    const abort = () => {
      timer = setTimeout(() => reject(timeIsOver()), LAST_WORDS_MS)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([deliver(deliveries, signal), over])
    } finally {
      signal.removeEventListener('abort', abort)
      clearTimeout(timer)
    }
  }
  return (deliveries, signal) => (signal === NEVER ? deliver : watched)(deliveries, signal)
}
