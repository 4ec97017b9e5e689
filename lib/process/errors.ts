/** The closed list of error codes. They are part of the public face: logs, problem documents, dead letters. */
export type ErrorCode =
  | 'config_invalid'
  | 'unauthorized'
  | 'method_not_allowed'
  | 'not_a_notification'
  | 'decode_failed'
  | 'schema_mismatch'
  | 'sink_unavailable'
  | 'sink_refused'
  | 'desired_invalid'
  | 'desired_unmet'
  | 'rgw_refused'
  | 'rgw_unavailable'
  | 'apply_incomplete'
  | 'broker_unavailable'
  | 'internal_error'

type Options = { readonly cause?: unknown; readonly field?: string }

/** Base of every error thrown on purpose. `status` decides the outcome: below 500 the sender is at fault, else we are (502: a gateway behind us). */
export abstract class TidingsError extends Error {
  /** Written out in each class: a bundle gives classes names of its own. */
  abstract override readonly name: string
  abstract readonly code: ErrorCode
  abstract readonly status: number
  /** Path of the field at fault in the sender's document, e.g. `Records.0.s3.object.size`. */
  readonly field: string | undefined

  constructor(message: string, options: Options = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.field = options.field
  }

  /** More that the caller may see, beside code and message: members of the problem document. */
  get details(): Readonly<Record<string, unknown>> {
    return {}
  }
}

/** Error thrown when the environment does not describe a working setup. Names the variables, never their values. */
export class ConfigError extends TidingsError {
  override readonly name = 'ConfigError'
  readonly code = 'config_invalid'
  readonly status = 500
}

/** Error thrown when a caller does not show a secret that we know. */
export class AuthenticationError extends TidingsError {
  override readonly name = 'AuthenticationError'
  readonly code = 'unauthorized'
  readonly status = 401
}

/** Error thrown when an HTTP request is not a POST. */
export class MethodError extends TidingsError {
  override readonly name = 'MethodError'
  readonly code = 'method_not_allowed'
  readonly status = 405
}

/** Error thrown when a message was readable, and is something else than a notification. */
export class NotANotificationError extends TidingsError {
  override readonly name = 'NotANotificationError'
  readonly code = 'not_a_notification'
  readonly status = 400
}

/** Error thrown when bytes are not the text or the JSON they should be. */
export class DecodeError extends TidingsError {
  override readonly name = 'DecodeError'
  readonly code = 'decode_failed'
  readonly status = 422
}

/** Error thrown when a notification lacks a field, or holds it in a shape that no known release sends. */
export class SchemaError extends TidingsError {
  override readonly name = 'SchemaError'
  readonly code = 'schema_mismatch'
  readonly status = 422
}

type SinkUnavailableOptions = { readonly retryAfterSeconds?: number | undefined }

/** Error thrown when a sink did not take events that it may take later. */
export class SinkUnavailableError extends TidingsError {
  override readonly name = 'SinkUnavailableError'
  readonly code = 'sink_unavailable'
  readonly status = 503
  /** When the sink asked to be tried again. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, options: Options & SinkUnavailableOptions = {}) {
    super(message, options)
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** Error thrown when a sink answered that it will never take an event. */
export class SinkRefusedError extends TidingsError {
  override readonly name = 'SinkRefusedError'
  readonly code = 'sink_refused'
  readonly status = 422
}

/** Error that stands for any other one: a fault of ours. The cause is for the log, not for the caller. */
export class InternalError extends TidingsError {
  override readonly name = 'InternalError'
  readonly code = 'internal_error'
  readonly status = 500
}

/** Any thrown value as one of ours. */
export const toTidingsError = (thrown: unknown): TidingsError =>
  thrown instanceof TidingsError ? thrown : new InternalError('the function failed', { cause: thrown })

/** The part of an error that others may see. */
export type Reason = { readonly code: ErrorCode; readonly message: string; readonly field?: string }

export const toReason = ({ code, message, field }: TidingsError): Reason => ({
  code,
  message: cut(message),
  ...(field !== undefined && { field: cut(field) }),
})

/** The reasons of one delivery, which may have hundreds of thousands: the first ones, and how many there are. */
export type Reasons = {
  readonly reasons: readonly Reason[]
  /** Absent where all are told. */
  readonly reasonCount?: number
}

export const toReasons = (faults: readonly TidingsError[]): Reasons => ({
  reasons: faults.slice(0, MAX_REASONS).map(toReason),
  ...(faults.length > MAX_REASONS && { reasonCount: faults.length }),
})

const MAX_REASONS = 10

/** A message may quote names that a sender chose. */
const cut = (text: string): string => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text)

const MAX_LENGTH = 1000
