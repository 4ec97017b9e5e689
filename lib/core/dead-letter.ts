import { isUtf8 } from 'node:buffer'
import { type Reasons, type TidingsError, toReasons } from '../process/errors.ts'
import { crypto, REDACTED, type Redact } from '../process/secrets.ts'
import type { CloudEvent } from './cloudevent.ts'
import type { Delivery, Origin } from './delivery.ts'

/** A message that could not be understood, and the reason. The body is the original without any secret of ours. */
export type DeadLetterData = Reasons & {
  readonly function: string
  readonly origin: Origin['kind']
  /** The ids of the first ten events that a sink or a handler will never take. Absent if the message itself was at fault. */
  readonly events?: readonly string[]
  /** Content type and CloudEvents attributes; others may hold credentials. */
  readonly headers: Readonly<Record<string, string>>
} & KeptBody

type KeptBody = {
  /** The body where it is text in UTF-8. */
  readonly body?: string
  /** The body where it is not. */
  readonly bodyBase64?: string
  /** In place of a body that the secrets could not be taken out of: its length, and its SHA-256 in base64url. */
  readonly bodyBytes?: number
  readonly bodyHash?: string
}

export type DeadLetterSource = {
  readonly functionName: string
  readonly delivery: Delivery
  readonly faults: readonly TidingsError[]
  /** The ids of the events that will never be taken. */
  readonly refused?: readonly string[]
  readonly time: Date
  readonly redact: Redact
}

/** As many as a dead letter has reasons. */
const MAX_EVENTS = 10

/** The headers of a message that its dead letter has. Names in lower case. */
export const KEPT_HEADER = /^(content-type|content-encoding|ce-[a-z0-9]+)$/

/** A dead letter is a CloudEvent, so that every sink can take it. The same delivery and reasons give the same id. */
export const deadLetter = (source: DeadLetterSource): CloudEvent<DeadLetterData> => {
  const { functionName, delivery, refused = [] } = source
  const reasons = toReasons(source.faults)
  return {
    specversion: '1.0',
    id: hash(`${JSON.stringify(reasons.reasons)}\0${delivery.body.toString('latin1')}`),
    source: `tidings/${functionName}`,
    type: 'tidings.dead-letter',
    time: source.time.toISOString(),
    datacontenttype: 'application/json',
    data: {
      function: functionName,
      ...reasons,
      origin: delivery.origin.kind,
      ...(refused.length > 0 && { events: refused.slice(0, MAX_EVENTS) }),
      ...kept(source),
    },
  }
}

/** An error in the redaction must not make the message come back for ever, so the body is left out then. */
const kept = ({ delivery, redact }: DeadLetterSource): KeptBody & Pick<DeadLetterData, 'headers'> => {
  try {
    const headers = Object.entries(delivery.headers).filter(([name]) => KEPT_HEADER.test(name))
    const body = redact(delivery.body)
    return {
      headers: Object.fromEntries(headers.map(([name, value]) => [name, redactValue(name, value, redact)])),
      ...(isUtf8(body) ? { body: body.toString() } : { bodyBase64: body.toString('base64') }),
    }
  } catch {
    return { headers: {}, bodyBytes: delivery.body.length, bodyHash: hash(delivery.body) }
  }
}

/** Takes the name too, because the name may show that the value is a secret. */
const redactValue = (name: string, value: string, redact: Redact): string => {
  const named = `${name}: `
  const redacted = redact(named + value)
  return redacted.startsWith(named) ? redacted.slice(named.length) : REDACTED
}

const hash = (content: string | Buffer): string => crypto().hash('sha256', content, 'base64url')
