import { bunzip } from '../../../bzip2/bunzip.ts'
import { DecodeError } from '../../../errors.ts'

/** The largest notification seen had 50 kB. Enough for any other, and too little to hurt. */
const MAX_BYTES = 8 * 1024 * 1024

/**
 * The bytes inside zlib, gzip or bzip2; other bytes as they are. kombu calls zlib "gzip"
 * (kombu/compression.py: `zlib.compress` for `application/x-gzip`). No JSON begins like one of them.
 *
 * @throws DecodeError for broken data, or more than 8 MB of it
 */
export const decompress = (bytes: Buffer): Buffer => {
  const format = formatOf(bytes)
  if (format === undefined) return bytes
  try {
    return format === 'bzip2' ? bunzip(bytes, MAX_BYTES) : zlib().unzipSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch {
    throw new DecodeError(
      `the body begins like ${format}, and cannot be decompressed, or is more than ${MAX_BYTES} bytes`,
    )
  }
}

type Format = 'zlib' | 'gzip' | 'bzip2'

export const formatOf = (bytes: Buffer): Format | undefined => {
  if (bytes[0] === 0x78) return 'zlib'
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip'
  if (bytes[0] === 0x42 && bytes[1] === 0x5a && bytes[2] === 0x68) return 'bzip2'
  return undefined
}

/** Loading costs 3 ms, which is spent where somebody compresses. */
const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib')
