import { TidingsError } from '../../process/errors.ts'

/** Error thrown when a broker takes no connection, or does not do what it is asked. */
export class BrokerError extends TidingsError {
  override readonly name = 'BrokerError'
  readonly code = 'broker_unavailable'
  readonly status = 503
}
