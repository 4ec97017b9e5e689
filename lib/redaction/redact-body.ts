import { isUtf8 } from 'node:buffer'
import { type Budget, createBudget } from '../process/budget.ts'
import { decompress, formatOf } from '../process/decompress.ts'
import { crypto, REDACTED, type Redact } from '../process/secrets.ts'
import { redactText } from './redact-text.ts'

/**
 * Removes the senders' secrets from a body, for a dead letter. The body can be compressed, in UTF-16, in base64 inside a
 * CloudEvent, or not JSON at all. The result is decompressed, and UTF-16 becomes UTF-8. Bytes that cannot be decompressed are
 * left out. Never throws: if a body cannot be searched, a note with its length and hash replaces it.
 */
export const redactBody: Redact = ((input: string | Buffer) => {
  try {
    return typeof input === 'string' ? redactWrapped(input, createBudget()) : redactBytes(input, createBudget())
  } catch (error) {
    const reason = unsearched(input, error)
    return typeof input === 'string' ? reason : Buffer.from(reason)
  }
}) as Redact // An arrow cannot state its overloads.

const unsearched = (input: string | Buffer, error: unknown): string => {
  const name = error instanceof Error ? error.name : 'no error'
  const hash = crypto().hash('sha256', input)
  return `[redacted: the body could not be searched for secrets (${name}); it has ${Buffer.byteLength(input)} bytes, SHA-256 ${hash}]`
}

const redactBytes = (bytes: Buffer, budget: Budget): Buffer => {
  const plain = readable(bytes, budget)
  const wide = textOfWideBytes(plain)
  // In latin1 every byte is one character, so bytes that are not text stay unchanged.
  const text = wide ?? plain.toString('latin1')
  const redacted = redactWrapped(text, budget)
  const isLossy = wide?.includes('\ufffd')
  if (redacted === text && (wide === undefined || isLossy === true)) return plain
  return Buffer.from(redacted, wide === undefined ? 'latin1' : 'utf8')
}

const readable = (bytes: Buffer, budget: Budget): Buffer => {
  if (formatOf(bytes) === undefined) return bytes
  try {
    const plain = decompress(bytes, budget)
    // Only one level is decompressed. A body that was compressed twice cannot be searched.
    return formatOf(plain) === undefined || isUtf8(plain) ? plain : Buffer.from(REDACTED)
  } catch {
    // A text can begin like compressed bytes, but compressed bytes are never valid UTF-8.
    return isUtf8(bytes) ? bytes : Buffer.from(REDACTED)
  }
}

/** How a CloudEvent in JSON carries a body that is not JSON. */
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

/**
 * The text of bytes in UTF-16 or UTF-32, recognized by a byte order mark or by the zeros in ASCII characters (RFC 4627, 3).
 * Undefined for other bytes.
 */
const textOfWideBytes = (bytes: Buffer): string | undefined => {
  const order = byteOrderOf(bytes)
  if (order === undefined) return undefined
  // UTF-32 has zeros before or after each character. Text has no other zeros.
  return new TextDecoder(order).decode(bytes).replaceAll('\0', '')
}

const byteOrderOf = (bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  const length = Math.min(bytes.length, SAMPLE)
  for (let at = 0; at < length; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if ((even + odd) * 8 < length || even + odd === 0) return undefined
  return even > odd ? 'utf-16be' : 'utf-16le'
}

const SAMPLE = 4096
