import { bitsOf } from './bits.ts'
import { readBlock } from './block.ts'

/**
 * bzip2, of which Node has nothing, after the format's description:
 * https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf. It is an odd deployment that asks for it, so this is short
 * rather than fast: about a second a megabyte.
 *
 * @throws RangeError for bytes that are cut off, out of order, or become more than `maxBytes`
 */
export const bunzip = (bytes: Buffer, maxBytes: number): Buffer => {
  const bits = bitsOf(bytes)
  const blocks: Buffer[] = []
  let left = maxBytes
  do {
    if (bits(24) !== 0x425a68) throw new RangeError('no bzip2')
    const blockSize = (bits(8) - 0x30) * 100_000
    for (let magic = bits(24); magic !== 0x177245; magic = bits(24)) {
      if (magic !== 0x314159 || bits(24) !== 0x265359) throw new RangeError('no block of bzip2')
      const crc = bits(16) * 0x10000 + bits(16)
      const block = expand(readBlock(bits, blockSize), left)
      if (crcOf(block) !== crc) throw new RangeError('the checksum of a block is another')
      left -= block.length
      blocks.push(block)
    }
    bits(24)
    bits(32)
  } while (bits.align() < bytes.length)
  return Buffer.concat(blocks)
}

/** Four equal bytes are followed by how many more there are. */
const expand = (bytes: Uint8Array, maxBytes: number): Buffer => {
  const parts: number[] = []
  let same = 0
  for (const [index, byte] of bytes.entries()) {
    if (same === 4) {
      const before = bytes[index - 1] ?? 0
      for (let count = 0; count < byte; count++) parts.push(before)
      same = 0
    } else {
      same = same > 0 && byte === bytes[index - 1] ? same + 1 : 1
      parts.push(byte)
    }
    if (parts.length > maxBytes) throw new RangeError('too many bytes')
  }
  return Buffer.from(parts)
}

/** CRC-32 with its bits in the other order than zlib's. */
const crcOf = (bytes: Buffer): number => {
  let remainder = ~0
  for (const byte of bytes) {
    remainder ^= byte << 24
    for (let bit = 0; bit < 8; bit++) remainder = remainder < 0 ? (remainder << 1) ^ 0x04c11db7 : remainder << 1
  }
  return ~remainder >>> 0
}
