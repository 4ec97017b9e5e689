import { firstOf, type Issue, issueText } from '../../documents/document-issues.ts'
import { TidingsError } from '../../process/errors.ts'

/** Error thrown when a document does not say what can be done. Nothing was sent. */
export class DesiredError extends TidingsError {
  override readonly name = 'DesiredError'
  readonly code = 'desired_invalid'
  readonly status = 422
  /** The first ones, and a last one that counts the rest. */
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[], options: { readonly cause?: unknown } = {}) {
    const told = firstOf(issues)
    super(told.map(issueText).join('; '), { ...options, ...(issues[0] && { field: issues[0].path }) })
    this.issues = told
  }

  override get details() {
    return { issues: this.issues }
  }
}

/** Error thrown when a document needs something that does not exist and that we do not create. Nothing was sent. */
export class UnmetError extends TidingsError {
  override readonly name = 'UnmetError'
  readonly code = 'desired_unmet'
  readonly status = 409
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(issues.map(issueText).join('; '), issues[0] && { field: issues[0].path })
    this.issues = issues
  }

  override get details() {
    return { issues: this.issues }
  }
}
