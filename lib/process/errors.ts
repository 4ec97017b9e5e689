/** All error codes. They are public: logs, problem documents and dead letters show them. */
export type ErrorCode =
  | 'config_invalid'
  | 'unauthorized'
  | 'method_not_allowed'
  | 'not_a_notification'
  | 'decode_failed'
  | 'schema_mismatch'
  | 'sink_unavailable'
  | 'sink_refused'
  | 'retry_requested'
  | 'set_aside'
  | 'document_invalid'
  | 'desired_invalid'
  | 'desired_unmet'
  | 'rgw_refused'
  | 'rgw_unavailable'
  | 'apply_incomplete'
  | 'broker_unavailable'
  | 'internal_error'

type Options = { readonly cause?: unknown; readonly field?: string }

/** Registered for the whole process, so that every copy of this package has the same one. */
const MARK = Symbol.for('tidings.error')

/**
 * Base of every error thrown on purpose. `status` decides the outcome: below 500 the sender is at fault, from 500 on this
 * program is (502: a gateway behind it).
 *
 * A process may hold two copies of this package: a bundle and an installed package, or two versions. Then a class of one copy
 * does not know the errors of the other. So ask `isTidingsError` and `hasCode`, not `instanceof`.
 */
export abstract class TidingsError extends Error {
  /** Each class spells its name out, because a bundle renames classes. */
  abstract override readonly name: string
  abstract readonly code: ErrorCode
  abstract readonly status: number
  /** Path of the field at fault in the sender's document, e.g. `Records.0.s3.object.size`. */
  readonly field: string | undefined

  constructor(message: string, options: Options = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.field = options.field
  }

  get [MARK](): true {
    return true
  }

  /** More that the caller may see, beside code and message: members of the problem document. */
  get details(): Readonly<Record<string, unknown>> {
    return {}
  }
}

/** Tells whether something thrown is an error of tidings, of whichever copy and version of this package. */
export const isTidingsError = (thrown: unknown): thrown is TidingsError =>
  typeof thrown === 'object' && thrown !== null && MARK in thrown

/** Like `instanceof` the class of that code, but for any copy of this package: `hasCode<DecodeError>(error, 'decode_failed')`. */
export const hasCode = <Kind extends TidingsError>(thrown: unknown, code: Kind['code']): thrown is Kind =>
  isTidingsError(thrown) && thrown.code === code

/** Error thrown when the settings do not describe a working setup. */
export class ConfigError extends TidingsError {
  override readonly name = 'ConfigError'
  readonly code = 'config_invalid'
  readonly status = 500
  /** Nothing is wrong with what was set: something that is needed was not set. */
  readonly isMissing: boolean

  constructor(message: string, options: Options & { readonly isMissing?: boolean } = {}) {
    super(message, options)
    this.isMissing = options.isMissing ?? false
  }
}

/** Error thrown when a caller does not show a known secret. */
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

/** Error thrown when a message can be read and is not a notification. */
export class NotANotificationError extends TidingsError {
  override readonly name = 'NotANotificationError'
  readonly code = 'not_a_notification'
  readonly status = 400
}

/** Error thrown when bytes are not the text or the JSON that they should be. */
export class DecodeError extends TidingsError {
  override readonly name = 'DecodeError'
  readonly code = 'decode_failed'
  readonly status = 422
}

/** Error thrown when a notification lacks a field, or has it in a shape that no known release sends. */
export class SchemaError extends TidingsError {
  override readonly name = 'SchemaError'
  readonly code = 'schema_mismatch'
  readonly status = 422
}

type SinkUnavailableOptions = { readonly retryAfterSeconds?: number | undefined }

/** Error thrown when a sink did not take events and may take them later. */
export class SinkUnavailableError extends TidingsError {
  override readonly name = 'SinkUnavailableError'
  readonly code = 'sink_unavailable'
  readonly status = 503
  /** The delay that the sink asked for. */
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

/** Error that stands for an unexpected one: a fault of this program. Its cause goes to the log, not to the caller. */
export class InternalError extends TidingsError {
  override readonly name = 'InternalError'
  readonly code = 'internal_error'
  readonly status = 500
}

/** Anything thrown as a TidingsError. */
export const toTidingsError = (thrown: unknown): TidingsError =>
  isTidingsError(thrown)
    ? thrown
    : new InternalError('an unexpected error, in tidings or in a middleware: its cause is in the log', {
        cause: thrown,
      })

/** The part of an error that others may see. */
export type Reason = { readonly code: ErrorCode; readonly message: string; readonly field?: string }

/** The part of an error that others may see: at most 1000 characters of its message and of its field. */
export const toReason = ({ code, message, field }: TidingsError): Reason => ({
  code,
  message: cut(message),
  ...(field !== undefined && { field: cut(field) }),
})

/** The first reasons of one delivery, which may have hundreds of thousands. */
export type Reasons = {
  readonly reasons: readonly Reason[]
  /** How many there are. Absent where `reasons` has all. */
  readonly reasonCount?: number
}

/** The first ten of them, and how many there are. */
export const toReasons = (faults: readonly TidingsError[]): Reasons => ({
  reasons: faults.slice(0, MAX_REASONS).map(toReason),
  ...(faults.length > MAX_REASONS && { reasonCount: faults.length }),
})

const MAX_REASONS = 10

/** A message may quote names of any length that a sender chose. */
const cut = (text: string): string => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text)

const MAX_LENGTH = 1000
