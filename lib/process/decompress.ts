import { type Budget, MAX_DECOMPRESSED } from './budget.ts'
import { bunzip } from './bzip2/bunzip.ts'
import { DecodeError, isTidingsError } from './errors.ts'

/**
 * Decompresses zlib, gzip or bzip2, and returns other bytes unchanged. kombu calls zlib "gzip" (kombu/compression.py:
 * `zlib.compress` for `application/x-gzip`). No JSON begins like one of these formats. Only one level is decompressed.
 *
 * @throws DecodeError for broken data, or more bytes than the budget allows
 */
export const decompress = (bytes: Buffer, budget: Budget): Buffer => {
  const format = formatOf(bytes)
  if (format === undefined) return bytes
  if (budget.bytes < 1)
    throw new DecodeError(`the bodies of this message decompress to more than ${MAX_DECOMPRESSED} bytes`)
  try {
    const maxOutputLength = budget.bytes
    const plain = format === 'bzip2' ? bunzip(bytes, maxOutputLength) : zlib().unzipSync(bytes, { maxOutputLength })
    budget.bytes -= plain.length
    return plain
  } catch (cause) {
    // The decoder is not there, which is not the sender's fault.
    if (isTidingsError(cause)) throw cause
    const allowed = budget.bytes
    // Without this, every further attempt would cost as much.
    budget.bytes = 0
    throw new DecodeError(
      `the body looks like ${format}, but it is broken, or decompresses to more than the ${allowed} bytes that are left for this message`,
      { cause },
    )
  }
}

type Format = 'zlib' | 'gzip' | 'bzip2'

export const formatOf = (bytes: Buffer): Format | undefined => {
  const [first, second, third] = bytes
  if (first === 0x78 && ZLIB_FLAGS.has(second)) return 'zlib'
  if (first === 0x1f && second === 0x8b) return 'gzip'
  if (first === 0x42 && second === 0x5a && third === 0x68) return 'bzip2'
  return undefined
}

/** The four levels of compression without a dictionary (RFC 1950, 2.2). A text that begins with `x` has another second byte. */
const ZLIB_FLAGS = new Set<number | undefined>([0x01, 0x5e, 0x9c, 0xda])

/** Loaded at the first use, because loading costs 3 ms. */
const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib')
