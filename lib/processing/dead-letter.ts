import { isUtf8 } from 'node:buffer'
import { crypto } from '../crypto.ts'
import type { Delivery, Origin } from '../delivery.ts'
import { type Reason, type TidingsError, toReason } from '../errors.ts'
import type { CloudEvent } from '../schemas/cloudevent.ts'
import type { Redact } from '../secrets.ts'

/** What could not be understood, and why. The body is what came, less any secret of ours in it. */
export type DeadLetterData = {
  readonly function: string
  readonly reasons: readonly Reason[]
  readonly origin: Origin['kind']
  /** Content type and CloudEvents attributes; others may hold credentials. */
  readonly headers: Readonly<Record<string, string>>
  /** The body where it is text in UTF-8. */
  readonly body?: string
  /** The body where it is not. */
  readonly bodyBase64?: string
}

export type DeadLetterSource = {
  readonly functionName: string
  readonly delivery: Delivery
  readonly faults: readonly TidingsError[]
  readonly time: Date
  readonly redact: Redact
}

const KEPT_HEADER = /^(content-type|content-encoding|ce-[a-z0-9]+)$/

/** A dead letter is a CloudEvent, so that every sink can take it. The same delivery and reasons give the same id. */
export const deadLetter = (source: DeadLetterSource): CloudEvent<DeadLetterData> => {
  const { functionName, delivery, redact } = source
  const reasons = source.faults.map(toReason)
  const body = redact(delivery.body)
  const headers = Object.entries(delivery.headers).filter(([name]) => KEPT_HEADER.test(name))
  return {
    specversion: '1.0',
    id: crypto().hash('sha256', `${JSON.stringify(reasons)}\0${delivery.body.toString('latin1')}`, 'base64url'),
    source: `tidings/${functionName}`,
    type: 'tidings.dead-letter',
    time: source.time.toISOString(),
    datacontenttype: 'application/json',
    data: {
      function: functionName,
      reasons,
      origin: delivery.origin.kind,
      headers: Object.fromEntries(headers.map(([name, value]) => [name, redact(value)])),
      ...(isUtf8(body) ? { body: body.toString() } : { bodyBase64: body.toString('base64') }),
    },
  }
}
