import { isUtf8 } from 'node:buffer'
import { REDACTED, type Redact } from '../../../secrets.ts'
import { type Budget, createBudget } from '../../budget.ts'
import { decompress, formatOf } from '../reading/decompress.ts'
import { redactText } from './redact-text.ts'

/**
 * A body as it came, for a dead letter, without OpenStack's secrets: also when it is compressed, in base64 in a CloudEvent, or
 * no JSON at all. What is compressed comes out plain; what looks so and cannot be decompressed is left out as a whole.
 */
export const redactBody: Redact = ((input: string | Buffer) =>
  typeof input === 'string' ? redactWrapped(input, createBudget()) : redactBytes(input, createBudget())) as Redact // An arrow cannot state its overloads.

const redactBytes = (bytes: Buffer, budget: Budget): Buffer => {
  const plain = readable(bytes, budget)
  // Every byte is one character, so that whatever is no text stays as it is.
  const text = plain.toString('latin1')
  const redacted = redactWrapped(text, budget)
  return redacted === text ? plain : Buffer.from(redacted, 'latin1')
}

const readable = (bytes: Buffer, budget: Budget): Buffer => {
  if (formatOf(bytes) === undefined) return bytes
  try {
    return decompress(bytes, budget)
  } catch {
    // A text may begin like compressed bytes, and compressed bytes are no text.
    return isUtf8(bytes) ? bytes : Buffer.from(REDACTED)
  }
}

/** How a CloudEvent in JSON carries a body that is none. */
const WRAPPED = /("data_base64"\s*:\s*")([\w+/=-]+)/g

const redactWrapped = (text: string, budget: Budget): string =>
  redactText(
    text.includes('"data_base64"')
      ? text.replace(WRAPPED, (whole, name, data) => redactOneWrapped(whole, name, data, budget))
      : text,
  )

const redactOneWrapped = (whole: string, name: string, data: string, budget: Budget): string => {
  const bytes = Buffer.from(data, 'base64')
  const redacted = redactBytes(bytes, budget)
  return redacted === bytes ? whole : `${name}${redacted.toString('base64')}`
}
