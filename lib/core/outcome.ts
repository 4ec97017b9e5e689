import { hasCode, type SinkUnavailableError, type TidingsError, toTidingsError } from '../process/errors.ts'
import type { Outcome } from './delivery.ts'
import { isRetry } from './verdicts.ts'

/** What a caller of the provisioner asked for, and its gateway did not do: told as it is, not hidden behind a 503. */
const BAD_GATEWAY = 502

/** What a failure means for a whole delivery: the sender's fault is refused, ours is to be sent again. */
export const outcomeOf = (thrown: unknown): Outcome => {
  const error = toTidingsError(thrown)
  if (error.status < 500 || error.status === BAD_GATEWAY) return { type: 'reject', error }
  return { type: 'retry', error, retryAfterSeconds: delayOf(error) }
}

const delayOf = (error: TidingsError): number | undefined => {
  if (isRetry(error)) return error.afterSeconds
  return hasCode<SinkUnavailableError>(error, 'sink_unavailable') ? error.retryAfterSeconds : undefined
}
