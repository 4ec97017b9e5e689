import { TidingsError } from '../../process/errors.ts'
import { redactText } from '../../redaction/redact-text.ts'
import { certificateFault } from './certificate-fault.ts'
import { elementAt, parseXml, textAt } from './xml.ts'

/** A request to the gateway, for the message about its failure. */
export type Asked = {
  readonly operation: string
  /** In words: `topic uploads`, `bucket photos`. Absent for lists. */
  readonly target?: string | undefined
  readonly endpoint: URL
  readonly accessKeyId: string
  /** The parts of such a request that gateways are known to refuse. */
  readonly suspects?: string | undefined
  /** Hides the secrets of the request in the gateway's own words. */
  readonly redact?: (text: string) => string
}

/** Answers of a gateway that is busy, starting, or in the middle of its migration to v2 notification metadata. */
const PASSING = new Set([429, 500, 502, 503, 504])

/**
 * Turns an error of the SDK into one that says what to do. Status and code decide: messages of the gateway are mostly empty, and
 * older ones answer SNS requests in the form of S3, where the SDK finds no code.
 */
export const toRgwError = async (thrown: unknown, reply: string, asked: Asked): Promise<TidingsError> => {
  const httpStatus = statusOf(thrown)
  if (httpStatus === undefined) return unanswered(thrown, asked)
  const format = formatOf(reply)
  const isForeign = format !== undefined && !PASSING.has(httpStatus)
  // A gateway does not answer a list with 404.
  if (isForeign || httpStatus < 300 || (httpStatus === 404 && asked.target === undefined))
    return notAGateway(asked.operation, asked.endpoint, reply, httpStatus)
  const { code, message, requestId } = readReply(reply)
  const refusal: Refusal = { operation: asked.operation, httpStatus, rgwCode: code, requestId }
  const words = redactText(asked.redact?.(message) ?? message)
  const told = [`${requestText(asked)}: ${httpStatus}${code ? ` ${code}` : ''}`, words].filter(Boolean).join(', ')
  const sentence = `${told}: ${advice(refusal, asked)}`
  return PASSING.has(httpStatus)
    ? new RgwUnavailableError(sentence, { refusal })
    : new RgwRefusedError(sentence, refusal)
}

/** `CreateTopic of topic uploads`, `ListTopics` */
export const requestText = ({ operation, target }: Pick<Asked, 'operation' | 'target'>): string =>
  target === undefined ? operation : `${operation} of ${target}`

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
  const { accessKeyId } = asked
  if (rgwCode === 'InvalidAccessKeyId') return `the gateway has no user with access key ${accessKeyId}: correct the key`
  if (rgwCode === 'SignatureDoesNotMatch')
    return `the secret key does not belong to access key ${accessKeyId}: correct it`
  if (rgwCode === 'RequestTimeTooSkewed') return 'the clocks here and at the gateway differ: set them'
  if (rgwCode === 'NoSuchBucket') return 'the bucket does not exist: create it, or add create: true'
  if (PASSING.has(httpStatus)) return 'the gateway cannot do it now: try again, and read its log if that does not help'
  switch (httpStatus) {
    case 400:
      return asked.suspects ?? 'the gateway does not accept this request: read its log'
    case 403:
      return `the user of access key ${accessKeyId} may not do this${forbidden[operation] ?? ': use the keys of its owner'}`
    case 404:
      return missing[operation] ?? `the gateway has no ${asked.target}`
    case 405:
      return 'the gateway does not offer this: enable notifications in its rgw_enable_apis'
    case 409:
      return 'the name belongs to another user: choose another name'
    case 501:
      return (
        `the gateway took the host name ${asked.endpoint.hostname} for the name of a bucket: ` +
        'use a host name that it knows (rgw_dns_name), or its IP address'
      )
    default:
      return 'the gateway refuses this request: read its log'
  }
}

const forbidden: Readonly<Record<string, string>> = {
  // With STS enabled 16.2.15 answers a wrong secret key like this.
  ListTopics:
    ', or the secret key is wrong, or a topic in the list has a password, which the gateway shows over TLS only: use https',
  SetTopicAttributes:
    ', since the topic belongs to another user: ask its owner to allow sns:SetTopicAttributes in its policy',
  CreateTopic: ', or the topic belongs to another user: choose another name',
  PutBucketNotificationConfiguration: ', or the topic belongs to another user, whose policy has to allow sns:Publish',
}

const missing: Readonly<Record<string, string>> = {
  // 404 NoSuchKey for a bucket that exists.
  PutBucketNotificationConfiguration: 'the topic does not exist, or was removed meanwhile: apply again',
}

/** The format of a reply that no gateway gives; undefined for XML and for nothing at all. */
const formatOf = (reply: string): string | undefined => {
  const start = reply.trimStart().slice(0, 100).toLowerCase()
  if (/^(<!doctype html|<html)/.test(start)) return 'HTML'
  if (/^[{[]/.test(start)) return 'JSON'
  return start === '' || start.startsWith('<') ? undefined : 'text'
}

/** The error for an answer that is not one of a gateway. */
export const notAGateway = (operation: string, { origin }: URL, reply: string, httpStatus = 200): RgwRefusedError => {
  const found = `${httpStatus} with ${formatOf(reply) ?? (reply === '' ? 'nothing' : 'XML that is not of S3')}`
  return answered(
    `${operation}: ${origin} is not an S3 gateway, it answered ${found}: use the URL of the RADOS Gateway itself, not that of a dashboard or proxy`,
    operation,
    httpStatus,
  )
}

/** @param limit that the answer went beyond: `16777216 bytes`, `1000 pages` */
export const endless = (operation: string, endpoint: URL, limit: string): RgwRefusedError =>
  answered(`${operation}: the answer of ${endpoint.origin} does not end within ${limit}: check the URL`, operation)

const answered = (message: string, operation: string, httpStatus = 200): RgwRefusedError =>
  new RgwRefusedError(message, { operation, httpStatus, rgwCode: undefined, requestId: undefined })

const unanswered = async (cause: unknown, asked: Asked): Promise<TidingsError> => {
  const code = codeOf(cause)
  const { endpoint } = asked
  const remedy =
    (await certificateFault(code, endpoint)) ??
    (code.startsWith('HPE_')
      ? 'a program that does not speak HTTP listens there: correct the URL'
      : 'check that the gateway runs, and its URL')
  return new RgwUnavailableError(`${requestText(asked)}: no answer from ${endpoint.origin} (${code}): ${remedy}`, {
    cause,
  })
}

const codeOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown'
  // Attempts at several addresses fail as one AggregateError, which has the code of the first.
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}

export type Refusal = {
  /** The name of the S3 or SNS operation, e.g. `CreateTopic`. */
  readonly operation: string
  readonly httpStatus: number
  /** The error code of the gateway; older ones often send none. */
  readonly rgwCode: string | undefined
  /** Look for it in the log of the gateway. */
  readonly requestId: string | undefined
}

/** Error thrown when the gateway refused a request, and would refuse it again. */
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

/** Error thrown when the gateway did not answer, or cannot answer now. A later attempt may succeed. */
export class RgwUnavailableError extends TidingsError {
  override readonly name = 'RgwUnavailableError'
  readonly code = 'rgw_unavailable'
  readonly status = 502
  /** The answer of the gateway. Undefined if it gave none. */
  readonly refusal: Refusal | undefined

  constructor(message: string, options: { readonly cause?: unknown; readonly refusal?: Refusal } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {})
    this.refusal = options.refusal
  }

  override get details() {
    return { refusal: this.refusal }
  }
}
