import { createScratch, readBlock, type Scratch } from './block.ts'
import { bitsOf } from './huffman.ts'

/**
 * Decompresses bzip2, which Node.js cannot, following the description of the format:
 * https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf. Keeps 4.5 MB of memory from the first use on, because a
 * batch can hold thousands of small streams.
 *
 * @throws RangeError if the bytes break off, are not valid, or decompress to more than `maxBytes`
 */
export const bunzip = (bytes: Buffer, maxBytes: number): Buffer => {
  const bits = bitsOf(bytes)
  scratch ??= createScratch(MAX_BLOCK)
  const blocks: Buffer[] = []
  let left = maxBytes
  do {
    if (bits(24) !== 0x425a68) throw new RangeError('not bzip2 data')
    const level = bits(8) - 0x30
    if (level < 1 || level > 9) throw new RangeError('not bzip2 data')
    for (let magic = bits(24); magic !== 0x177245; magic = bits(24)) {
      if (magic !== 0x314159 || bits(24) !== 0x265359) throw new RangeError('not a bzip2 block')
      if (blocks.length === MAX_BLOCKS) throw new RangeError('too many blocks')
      const crc = bits(16) * 0x10000 + bits(16)
      const block = expand(readBlock(bits, scratch), left)
      if (crcOf(block) !== crc) throw new RangeError('the checksum of a block does not match')
      left -= block.length
      blocks.push(block)
    }
    // The rest of the magic number, and the checksum of all blocks.
    for (const count of [24, 16, 16]) bits(count)
  } while (bits.align() < bytes.length)
  return Buffer.concat(blocks)
}

const MAX_BLOCK = 900_000
/** Compressors put 100 kB and more into a block. The head of a tiny one costs as much time as that of a large one. */
const MAX_BLOCKS = 100
let scratch: Scratch | undefined

/** Four equal bytes are followed by how many more there are. */
const expand = (bytes: Uint8Array, maxBytes: number): Buffer => {
  const plain = Buffer.alloc(expandedLength(bytes, maxBytes))
  let size = 0
  let same = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    if (same === 4) {
      plain.fill(bytes[index - 1] ?? 0, size, size + byte)
      size += byte
      same = 0
    } else {
      same = same > 0 && byte === bytes[index - 1] ? same + 1 : 1
      plain[size++] = byte
    }
  }
  return plain
}

const expandedLength = (bytes: Uint8Array, maxBytes: number): number => {
  let size = 0
  let same = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    size += same === 4 ? byte : 1
    if (same === 4) same = 0
    else same = same > 0 && byte === bytes[index - 1] ? same + 1 : 1
  }
  if (size > maxBytes) throw new RangeError('too many bytes')
  return size
}

/** CRC-32 with its bits in the other order than zlib's. */
const crcOf = (bytes: Buffer): number => {
  let remainder = ~0
  for (let index = 0; index < bytes.length; index++) {
    remainder = (remainder << 8) ^ (CRC_TABLE[(remainder >>> 24) ^ (bytes[index] ?? 0)] ?? 0)
  }
  return ~remainder >>> 0
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24
  for (let bit = 0; bit < 8; bit++) remainder = remainder < 0 ? (remainder << 1) ^ 0x04c11db7 : remainder << 1
  return remainder
})
