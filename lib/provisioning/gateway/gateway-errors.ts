import { TidingsError } from '../../process/errors.ts'
import type { Issue } from '../document/provisioning-issue.ts'
import type { Change } from '../plan/change.ts'

const MAX_ISSUES = 50

/** Error thrown when a document does not say what can be done. Nothing was sent. */
export class DesiredError extends TidingsError {
  override readonly name = 'DesiredError'
  readonly code = 'desired_invalid'
  readonly status = 422
  /** The first ones, and a last one that counts the rest. */
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[], options: { readonly cause?: unknown } = {}) {
    const told = issues.slice(0, MAX_ISSUES)
    if (issues.length > MAX_ISSUES) told.push({ path: '', message: `and ${issues.length - MAX_ISSUES} more faults` })
    const sentences = told.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    super(sentences.join('; '), { ...options, ...(issues[0] && { field: issues[0].path }) })
    this.issues = told
  }

  override get details() {
    return { issues: this.issues }
  }
}

/** Error thrown when a document needs what is not there and is not ours to create. Nothing was sent. */
export class UnmetError extends TidingsError {
  override readonly name = 'UnmetError'
  readonly code = 'desired_unmet'
  readonly status = 409
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '), issues[0] && { field: issues[0].path })
    this.issues = issues
  }

  override get details() {
    return { issues: this.issues }
  }
}

export type Refusal = {
  /** As the S3 or SNS API calls it, e.g. `CreateTopic`. */
  readonly operation: string
  readonly httpStatus: number
  /** The gateway's own word; older ones often leave it out. */
  readonly rgwCode: string | undefined
  /** To be looked for in the log of the gateway. */
  readonly requestId: string | undefined
}

/** Error thrown when the gateway answered no, and would answer no again. */
export class RgwRefusedError extends TidingsError {
  override readonly name = 'RgwRefusedError'
  readonly code = 'rgw_refused'
  readonly status = 502
  readonly refusal: Refusal

  constructor(message: string, refusal: Refusal) {
    super(message)
    this.refusal = refusal
  }

  override get details() {
    return { refusal: this.refusal }
  }
}

/** Error thrown when the gateway did not answer, or answered that it cannot now. Asking again later may help. */
export class RgwUnavailableError extends TidingsError {
  override readonly name = 'RgwUnavailableError'
  readonly code = 'rgw_unavailable'
  readonly status = 502
  /** Absent where there was no answer at all. */
  readonly refusal: Refusal | undefined

  constructor(message: string, options: { readonly cause?: unknown; readonly refusal?: Refusal } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {})
    this.refusal = options.refusal
  }

  override get details() {
    return { refusal: this.refusal }
  }
}

/** Error thrown when a step failed: what was done stays done, and applying again does the rest. */
export class ApplyError extends TidingsError {
  override readonly name = 'ApplyError'
  readonly code = 'apply_incomplete'
  readonly status = 502
  readonly done: readonly Change[]
  readonly notDone: readonly Change[]
  readonly #cause: TidingsError

  constructor(cause: TidingsError, done: readonly Change[], notDone: readonly Change[]) {
    super(`${cause.message} (${done.length} of ${done.length + notDone.length} changes were made before)`, { cause })
    this.done = done
    this.notDone = notDone
    this.#cause = cause
  }

  override get details() {
    return { ...this.#cause.details, done: this.done, notDone: this.notDone }
  }
}
