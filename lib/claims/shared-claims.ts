import { metrics } from '@opentelemetry/api'
import type { Claimed, Claims, Held, Mark } from '../core/claims.ts'
import { atShutdown } from '../process/at-shutdown.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { createLogger } from '../process/log.ts'
import { crypto } from '../process/secrets.ts'
import { createMemoryClaims } from './memory-claims.ts'
import { createPendingMarks } from './pending-marks.ts'

/** Claims that several processes share. Both calls may reject, and may take any time. */
export type Store = {
  claim(key: string): Promise<Claimed>
  mark(held: Held, as: Mark): Promise<boolean>
  close?(): Promise<void>
}

export type SharedOptions = {
  /** Functions of different names have claims of their own in one store. */
  readonly name: string
  readonly leaseMs: number
  /** How long one call of the store may take. */
  readonly timeoutMs: number
  /** While the store is unavailable, events are handled without a claim, or come again later. */
  readonly whenAway: 'process' | 'retry'
}

export type SharedClaims = Claims & {
  /** After it no call goes to the store, as if it were unavailable. Never rejects. */
  close(): Promise<void>
}

/** After a failure no call goes to the store for this time, so that events do not wait for it one after the other. */
const PAUSE_MS = 1000
/** The consequence of `whenAway`, for the log. */
const UNTIL_THEN = {
  process: 'until it does, events are handled without a claim, so other processes may handle some of them again',
  retry: 'until it does, no event is handled, and senders are asked to send them again',
}
/** How many events this process remembers while the store is unavailable. It writes them to the store once that answers again. */
const REMEMBERED = 10_000

/**
 * A shared store behind the memory of this process: the store is asked for what the memory does not know. Every call is bounded in
 * time.
 *
 * @param open called with the first event, and again after it failed, or called `lost`
 */
export const createSharedClaims = (
  open: (lost: () => void) => Promise<Store>,
  options: SharedOptions,
): SharedClaims => {
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
  let isClosed = false

  /** @param isAwaited false: no event waits for the answer. The call goes to the store in any case, and keeps no process alive */
  const ask = async <Answer>(question: (store: Store) => Promise<Answer>, isAwaited = true): Promise<Answer> => {
    if (isClosed || (isAwaited && Date.now() < awayUntil))
      throw new Error('the store is closed, or did not answer a moment ago')
    try {
      opened ??= open(lost)
      const answer = await within(timeoutMs, opened.then(question), isAwaited)
      if (isAway) log.info({}, 'the store of CLAIMS_URL answers again')
      isAway = false
      awayUntil = 0
      return answer
    } catch (error) {
      opened?.catch(lost)
      if (isAwaited) {
        if (!isAway) log.warn({ error, whenAway }, `the store of CLAIMS_URL does not answer: ${UNTIL_THEN[whenAway]}`)
        isAway = true
        awayUntil = Date.now() + PAUSE_MS
      }
      throw error
    }
  }

  /** @throws Error if the store does not answer in time. A claim that it makes after that is given back. */
  const claimStored = async (key: string, isAwaited = true): Promise<Claimed> => {
    let isLate = false
    const question = async (store: Store): Promise<Claimed> => {
      const claimed = await store.claim(key)
      if (isLate && isHeld(claimed)) await store.mark(claimed, 'free')
      return claimed
    }
    try {
      return await ask(question, isAwaited)
    } catch (error) {
      isLate = true
      throw error
    }
  }

  const markDone = async (done: Held): Promise<void> => {
    const claimed = done.fence === undefined ? await claimStored(storedKey(name, done.key), false) : done
    if (isHeld(claimed)) await ask((store) => store.mark(claimed, 'done'), false)
  }
  const pending = createPendingMarks(markDone, { maxPauseMs: Math.min(PAUSE_MS, leaseMs / 4), size: REMEMBERED })

  const close = async (): Promise<void> => {
    isClosed = true
    pending.end()
    try {
      await (await opened)?.close?.()
    } catch {
      // The connection is gone already.
    }
  }
  atShutdown(close)

  return {
    close,
    leaseMs,
    claim: async (key) => {
      const own = memory.claim(key)
      if (!isHeld(own)) return own
      try {
        const claimed = await claimStored(storedKey(name, key))
        if (claimed === 'done') memory.mark(own, 'done')
        else if (isHeld(claimed)) {
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
        return await claimStored(storedKey(name, `\0${lane}`))
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
      const marked =
        held.fence === undefined ? undefined : await ask((store) => store.mark(held, as)).catch(() => undefined)
      if (marked && as !== 'held' && own !== undefined)
        log.debug(about(own.key, held), as === 'done' ? 'claim done' : 'claim given back')
      if (marked === undefined && as === 'done') pending.add(held)
      return marked
    },
  }
}

const away = (cause: unknown) => ({
  error: new SinkUnavailableError('the store of CLAIMS_URL does not answer', { cause }),
})

/** The fields of a log line about a claim: the id of the event, as in other lines. */
const about = (key: string, { fence }: Held) => ({ event: key.slice(key.indexOf('\0') + 1), fence })

const isHeld = (claimed: Claimed): claimed is Held => claimed !== 'done' && 'fence' in claimed

/** The hash has a fixed length and hides the text that the sender chose. */
const storedKey = (name: string, key: string): string => crypto().hash('sha256', `${name}\0${key}`, 'hex')

/** Whether a claim may be stored by this key. Other objects beside the claims have other names. */
export const isStoredKey = (key: string): boolean => /^[0-9a-f]{64}$/.test(key)

const within = <Value>(limitMs: number, promised: Promise<Value>, isAwaited: boolean): Promise<Value> => {
  const { promise, resolve, reject } = Promise.withResolvers<Value>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  if (!isAwaited) timer.unref()
  promised.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
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
