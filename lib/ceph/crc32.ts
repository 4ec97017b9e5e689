const POLYNOMIAL = 0xedb88320

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
  return remainder
})

/** The CRC-32 of a text in UTF-8, as zlib has it. Not zlib's own, because loading that costs a cold start 4 ms. */
export const crc32 = (text: string): number => {
  let remainder = 0xffffffff
  for (const byte of Buffer.from(text)) remainder = (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0)
  return ~remainder >>> 0
}
