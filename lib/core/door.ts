import { NEVER, timeIsOver } from '../process/unless-aborted.ts'
import { type Access, admitted } from './access.ts'
import type { Delivery, Outcome } from './delivery.ts'
import type { Observe } from './observe.ts'
import { outcomeOf } from './verdicts.ts'

/** Returns an outcome for each delivery, in the same order. Once the signal aborts, it returns the outcomes that are known so far. */
export type Deliver = (deliveries: readonly Delivery[], signal: AbortSignal) => Promise<Outcome[]>

/**
 * How the host and the relay call a function: with deliveries, without a platform's event around them. `deliver` never rejects. It
 * answers within a tenth of a second after the signal aborts.
 */
export type Door = {
  /** The function's name, for logs. */
  readonly name: string
  /** Who may call it by HTTP. A host asks before it reads a body; `deliver` asks again. */
  readonly access: Access
  readonly deliver: Deliver
}

/** The property of a function that has its door. Two copies of the package use the same symbol. */
export const DOOR: unique symbol = Symbol.for('tidings.door')

/**
 * The door of a function. Undefined: the function was not made with this package, and is called as Lambda calls it.
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

/** How long to wait for an answer after the signal aborts. */
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
