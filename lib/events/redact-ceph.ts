import { redactText } from '../redaction/redact-text.ts'
import { textOfWideBytes } from '../redaction/wide-bytes.ts'
import type { Redact } from '../secrets.ts'

/**
 * A body as it came, for a dead letter, without the credentials that servers copy from an uploader's request: `Authorization`
 * among the parameters, encryption keys and session tokens in the metadata. Broken bodies too, and those in UTF-16, which come
 * out in UTF-8.
 */
export const redactCeph: Redact = ((input: string | Buffer) => {
  if (typeof input === 'string') return redactText(input)
  const wide = textOfWideBytes(input)
  // Otherwise every byte is one character, so that bytes that are no text stay as they are.
  const text = wide ?? input.toString('latin1')
  const redacted = redactText(text)
  return redacted === text ? input : Buffer.from(redacted, wide === undefined ? 'latin1' : 'utf8')
}) as Redact // An arrow cannot state its overloads.
