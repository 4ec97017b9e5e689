import { hasCode, type SinkUnavailableError, type TidingsError, toTidingsError } from '../process/errors.ts'
import type { Outcome } from './delivery.ts'
import { isRetry } from './verdicts.ts'

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
