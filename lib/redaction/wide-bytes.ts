/**
 * The text of bytes in UTF-16 or UTF-32, told by a byte order mark or by the zeros that ASCII has there (RFC 4627, 3); undefined
 * for other bytes.
 */
export const textOfWideBytes = (bytes: Buffer): string | undefined => {
  const order = byteOrderOf(bytes)
  if (order === undefined) return undefined
  // UTF-32 has a zero before or after each character. Text has no others.
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
