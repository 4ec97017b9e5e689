import { hasCode, isTidingsError, type SinkUnavailableError, TidingsError, toTidingsError } from '../process/errors.ts'
import type { Outcome } from './delivery.ts'

// A handler throws one of these errors to say whether its event is tried again or set aside. A process may hold two copies of the
// classes, so they are recognised by registered symbols.

const RETRY: unique symbol = Symbol.for('tidings.retry')
const SET_ASIDE: unique symbol = Symbol.for('tidings.set-aside')

/** How a message is to come again. */
export type RetryOptions = {
  /** How long the sender should wait. Default: 1. A part of a second counts as a whole one. */
  readonly afterSeconds?: number
  readonly cause?: unknown
}

/**
 * A handler throws this to have the message sent again, after the delay if the platform supports delays.
 *
 * ```ts
 * if (answer.status === 429) throw new Retry({ afterSeconds: 60 })
 * ```
 */
export class Retry extends TidingsError {
  override readonly name = 'Retry'
  readonly code = 'retry_requested'
  readonly status = 503
  readonly [RETRY] = true
  /** In whole seconds. Absent: the sender's default. */
  readonly afterSeconds: number | undefined

  /** @throws RangeError when `afterSeconds` is not a number from 0 */
  constructor({ afterSeconds, ...options }: RetryOptions = {}) {
    const delay = afterSeconds === undefined ? '' : ` after ${afterSeconds} s`
    super(`the handler asked for the message again${delay}`, options)
    if (afterSeconds !== undefined && !(afterSeconds >= 0 && afterSeconds < Number.MAX_SAFE_INTEGER)) {
      throw new RangeError(`Retry: afterSeconds must be a number of at least 0, got ${afterSeconds}`)
    }
    this.afterSeconds = afterSeconds === undefined ? undefined : Math.ceil(afterSeconds)
  }
}

/**
 * A handler throws this for an event that it can never handle. The message becomes a dead letter with the reason, and is acked.
 *
 * ```ts
 * if (record.size === 0) throw new SetAside('the object is empty')
 * ```
 */
export class SetAside extends TidingsError {
  override readonly name = 'SetAside'
  readonly code = 'set_aside'
  readonly status = 422
  readonly [SET_ASIDE] = true

  /** @param reason for people; it stands in the dead letter and in the log, without the secrets of the configuration */
  constructor(reason: string, options: { readonly cause?: unknown } = {}) {
    super(reason ? String(reason) : 'the handler gave no reason', options)
  }
}

export const isRetry = (thrown: unknown): thrown is Retry => isTidingsError(thrown) && RETRY in thrown

export const isSetAside = (thrown: unknown): thrown is SetAside => isTidingsError(thrown) && SET_ASIDE in thrown

/** The gateway did not do what a caller of the provisioner asked for. The caller is told so; a 503 would hide it. */
const BAD_GATEWAY = 502

/** The outcome of a delivery that failed: rejected if the sender is at fault, retried if we are. */
export const outcomeOf = (thrown: unknown): Outcome => {
  const error = toTidingsError(thrown)
  if (error.status < 500 || error.status === BAD_GATEWAY) return { type: 'reject', error }
  return { type: 'retry', error, retryAfterSeconds: delayOf(error) }
}

const delayOf = (error: TidingsError): number | undefined => {
  if (isRetry(error)) return error.afterSeconds
  return hasCode<SinkUnavailableError>(error, 'sink_unavailable') ? error.retryAfterSeconds : undefined
}
