import { TidingsError } from '../../process/errors.ts'
import { elementAt, parseXml, textAt } from './xml.ts'

/** What was asked of the gateway, for the sentence that tells why it did not do it. */
export type Asked = {
  readonly operation: string
  /** In words: `topic uploads`, `bucket photos`. */
  readonly target: string
  readonly endpoint: URL
  readonly accessKeyId: string
  /** What in this request gateways are known to refuse. */
  readonly suspects?: string | undefined
  /** Takes what was secret in the request out of the gateway's own words. */
  readonly redact?: (text: string) => string
}

/** Answers of a gateway that is busy, starting, or in the middle of its migration to v2 notification metadata. */
const PASSING = new Set([429, 500, 502, 503, 504])

/**
 * An error that the SDK threw, as a sentence that a person can act on. Status and code decide: messages of the gateway
 * are mostly empty, and older ones answer SNS requests in the form of S3, where the SDK finds no code.
 */
export const toRgwError = (thrown: unknown, reply: string, asked: Asked): TidingsError => {
  const httpStatus = statusOf(thrown)
  if (httpStatus === undefined) return unanswered(thrown, asked)
  const { code, message, requestId } = readReply(reply)
  const refusal: Refusal = { operation: asked.operation, httpStatus, rgwCode: code, requestId }
  const told = [
    `${asked.operation} of ${asked.target}: ${httpStatus}${code ? ` ${code}` : ''}`,
    asked.redact?.(message) ?? message,
  ]
  const sentence = `${told.filter(Boolean).join(', ')}: ${advice(refusal, asked)}`
  return PASSING.has(httpStatus)
    ? new RgwUnavailableError(sentence, { refusal })
    : new RgwRefusedError(sentence, refusal)
}

const statusOf = (thrown: unknown): number | undefined => {
  const { $metadata } = Object(thrown) as { $metadata?: { httpStatusCode?: number } } // As the SDK's exceptions have it.
  return $metadata?.httpStatusCode
}

/** `<ErrorResponse><Error>` from newer gateways, `<Error>` from older ones. */
const readReply = (reply: string) => {
  const root = parseXml(reply)
  const error = root?.name === 'Error' ? root : elementAt(root, 'Error')
  return {
    code: textAt(error, 'Code') || undefined,
    message: textAt(error, 'Message') ?? '',
    requestId: (textAt(error, 'RequestId') ?? textAt(root, 'RequestId')) || undefined,
  }
}

const advice = ({ httpStatus, rgwCode, operation }: Refusal, asked: Asked): string => {
  if (rgwCode === 'InvalidAccessKeyId') return `the gateway knows no user with access key ${asked.accessKeyId}`
  if (rgwCode === 'SignatureDoesNotMatch') return `the secret key does not fit access key ${asked.accessKeyId}`
  if (rgwCode === 'RequestTimeTooSkewed') return 'the clocks here and at the gateway differ: set them'
  if (rgwCode === 'NoSuchBucket') return 'there is no such bucket: create it, or say create: true'
  if (PASSING.has(httpStatus)) return 'the gateway cannot now: try again, and look at its log if that goes on'
  switch (httpStatus) {
    case 400:
      return asked.suspects ?? 'the gateway does not take it as it is'
    case 403:
      return `the user of access key ${asked.accessKeyId} may not do ${operation} here${forbidden[operation] ?? ''}`
    case 404:
      return missing[operation] ?? `there is no ${asked.target}`
    case 405:
      return 'the gateway does not know this: is it a RADOS Gateway, with notifications among rgw_enable_apis?'
    case 409:
      return 'somebody else has it: choose another name'
    default:
      return 'the gateway refuses it'
  }
}

const forbidden: Readonly<Record<string, string>> = {
  ListTopics: ', or one of its topics holds a password, which the gateway tells over TLS only',
  CreateTopic: ', or the topic is of another user',
  PutBucketNotificationConfiguration: ', or the topic is of another user whose policy does not let it publish there',
}

const missing: Readonly<Record<string, string>> = {
  // 404 NoSuchKey for a bucket that is there.
  PutBucketNotificationConfiguration: 'there is no such topic: it was removed meanwhile, so apply again',
}

/** Something answered 200 with something else. */
export const notAGateway = (operation: string, endpoint: URL): RgwRefusedError =>
  answered(`${operation}: ${endpoint.origin} answered, but not as a RADOS Gateway does: is its URL right?`, operation)

/** @param limit that the answer went beyond: `16777216 bytes`, `1000 pages` */
export const endless = (operation: string, endpoint: URL, limit: string): RgwRefusedError =>
  answered(`${operation}: the answer of ${endpoint.origin} does not end within ${limit}: is its URL right?`, operation)

const answered = (message: string, operation: string): RgwRefusedError =>
  new RgwRefusedError(message, { operation, httpStatus: 200, rgwCode: undefined, requestId: undefined })

/** Of Node's errors about certificates only some have a code that begins like this. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/

const unanswered = (cause: unknown, { operation, target, endpoint }: Asked): TidingsError => {
  const code = codeOf(cause)
  const remedy = CERTIFICATE.test(code)
    ? 'its certificate is not trusted: give the CA it was issued by'
    : 'is the gateway running, and its URL right?'
  return new RgwUnavailableError(`${operation} of ${target}: no answer from ${endpoint.origin} (${code}): ${remedy}`, {
    cause,
  })
}

const codeOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown'
  // Attempts at several addresses fail as one AggregateError, which has the code of the first.
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
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
