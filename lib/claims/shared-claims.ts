import { metrics } from '@opentelemetry/api'
import type { Claimed, Claims, Held, Mark } from '../core/claims.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { createLogger } from '../process/log.ts'
import { crypto } from '../process/secrets.ts'
import { createMemoryClaims } from './memory-claims.ts'

/** Claims that several processes share. Both calls may reject, and may take any time. */
export type Store = {
  claim(key: string): Promise<Claimed>
  mark(held: Held, as: Mark): Promise<boolean>
}

export type SharedOptions = {
  /** Functions of different names have claims of their own in one store. */
  readonly name: string
  readonly leaseMs: number
  /** How long one call of the store may take. */
  readonly timeoutMs: number
  /** What happens to events while the store is away: they are handled without a claim, or come again later. */
  readonly whenAway: 'process' | 'retry'
}

/** After a failure no call goes to the store for this time, so that events do not wait for it one after the other. */
const PAUSE_MS = 1000
/** What this process did is known while the store is away. */
const REMEMBERED = 10_000

/**
 * A shared store behind the memory of this process: the store is asked for what the memory does not know. Every call is bounded in
 * time.
 *
 * @param open called with the first event, and again after it failed, or called `lost`
 */
export const createSharedClaims = (open: (lost: () => void) => Promise<Store>, options: SharedOptions): Claims => {
  const { name, leaseMs, timeoutMs, whenAway } = options
  const log = createLogger(name)
  const memory = createMemoryClaims(REMEMBERED, leaseMs)
  const local = new WeakMap<Held, Held>()
  const countUnclaimed = createCount(name)
  let opened: Promise<Store> | undefined
  const lost = (): void => {
    opened = undefined
  }
  let awayUntil = 0
  let isAway = false

  const ask = async <Answer>(question: (store: Store) => Promise<Answer>): Promise<Answer> => {
    if (Date.now() < awayUntil) throw new Error('the store did not answer a moment ago')
    try {
      opened ??= open(lost)
      const answer = await within(timeoutMs, opened.then(question))
      if (isAway) log.info({}, 'the store of CLAIMS_URL answers again')
      isAway = false
      return answer
    } catch (error) {
      if (!isAway) log.warn({ error, whenAway }, 'the store of CLAIMS_URL does not answer')
      isAway = true
      awayUntil = Date.now() + PAUSE_MS
      opened?.catch(lost)
      throw error
    }
  }

  return {
    leaseMs,
    claim: async (key) => {
      const own = memory.claim(key)
      if (own === 'done' || !('fence' in own)) return own
      try {
        const claimed = await ask((store) => store.claim(storedKey(name, key)))
        if (claimed === 'done') memory.mark(own, 'done')
        else if ('fence' in claimed) {
          local.set(claimed, own)
          log.debug(about(key, claimed), 'claimed')
        } else memory.mark(own, 'free')
        return claimed
      } catch (cause) {
        if (whenAway === 'process') {
          countUnclaimed()
          const held: Held = { key, fence: undefined, taken: own.taken }
          local.set(held, own)
          return held
        }
        memory.mark(own, 'free')
        return away(cause)
      }
    },
    claimLane: async (lane) => {
      try {
        return await ask((store) => store.claim(storedKey(name, `\0${lane}`)))
      } catch (cause) {
        return whenAway === 'process' ? { key: lane, fence: undefined, taken: [] } : away(cause)
      }
    },
    mark: async (held, as) => {
      const own = local.get(held)
      if (own !== undefined) {
        own.taken = held.taken
        memory.mark(own, as)
      }
      if (held.fence === undefined) return true
      const isOurs = await ask((store) => store.mark(held, as)).catch(() => undefined)
      if (isOurs && as !== 'held' && own !== undefined)
        log.debug(about(own.key, held), as === 'done' ? 'claim done' : 'claim given back')
      return isOurs
    },
  }
}

const away = (cause: unknown) => ({
  error: new SinkUnavailableError('the store of CLAIMS_URL does not answer', { cause }),
})

/** What the log says of a claim: the id of the event, as other lines do. */
const about = (key: string, { fence }: Held) => ({ event: key.slice(key.indexOf('\0') + 1), fence })

/** The hash has a fixed length and hides the text that the sender chose. */
const storedKey = (name: string, key: string): string => crypto().hash('sha256', `${name}\0${key}`, 'hex')

/** Whether a claim may be stored by this key. Other objects beside the claims have other names. */
export const isStoredKey = (key: string): boolean => /^[0-9a-f]{64}$/.test(key)

const within = async <Value>(limitMs: number, promised: Promise<Value>): Promise<Value> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  try {
    return await Promise.race([promised, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Two functions of one name in a process add to one count. */
const createCount = (name: string): (() => void) => {
  const attributes = { function: name }
  const counter = metrics.getMeter('tidings').createCounter('tidings.claims.unclaimed', {
    description: 'Events handled without a claim, because the store was away',
  })
  counter.add(0, attributes)
  return () => counter.add(1, attributes)
}
