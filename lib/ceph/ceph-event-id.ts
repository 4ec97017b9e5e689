import { crypto } from '../process/secrets.ts'
import type { CephEventData } from './ceph-event-data.ts'

/**
 * Makes the id of an event: the same for every delivery of an occurrence, and different for two occurrences. CloudEvents'
 * mapping uses the request id and id-2, but all keys of one multi-object delete, both names of one expiry and every matching
 * rule share those. So the sequencer follows (nanoseconds; RGW takes a new one for each notification), and a checksum of the
 * other fields that can differ.
 *
 * If the request id or the sequencer is missing, a digest of the whole record replaces the checksum. It excludes the topic's
 * opaqueData, which an operator can change while a notification is repeated.
 */
export const eventId = (data: CephEventData): string => {
  const { 'x-amz-request-id': requestId, 'x-amz-id-2': id2 } = data.responseElements ?? {}
  const { sequencer } = data.s3.object
  const isComplete = Boolean(requestId) && HAS_DIGIT_BUT_ZERO.test(sequencer)
  return `${requestId ?? ''}.${id2 ?? ''}.${sequencer}.${isComplete ? checksum(data) : digest(data)}`
}

const HAS_DIGIT_BUT_ZERO = /[1-9a-f]/i

const checksum = ({ eventName, s3 }: CephEventData): string => {
  const { key, versionId } = s3.object
  const bucket = s3.bucket.id ?? s3.bucket.name
  return hex(crc32([bucket, key, versionId, eventName, s3.configurationId ?? '']))
}

/** A word of 32 bits as eight hexadecimal digits. `toString(16)` and `padStart` take ten times as long. */
const hex = (word: number): string =>
  String.fromCharCode(
    digit(word >>> 28),
    digit(word >>> 24),
    digit(word >>> 20),
    digit(word >>> 16),
    digit(word >>> 12),
    digit(word >>> 8),
    digit(word >>> 4),
    digit(word),
  )

const digit = (word: number): number => '0123456789abcdef'.charCodeAt(word & 15)

const digest = (data: CephEventData): string =>
  crypto().hash('sha256', JSON.stringify({ ...data, opaqueData: '' }), 'base64url')

const POLYNOMIAL = 0xedb88320

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
  return remainder
})

/**
 * The CRC-32 of some texts in UTF-8 with a zero byte between them, equal to zlib's. Loading zlib would cost 4 ms of a cold start.
 */
export const crc32 = (texts: readonly string[]): number => {
  // All 32 bits are set. With 0xffffffff the result is the same, but V8 calculates with floating-point numbers: three times as slow.
  let remainder = -1
  for (let index = 0; index < texts.length; index++) {
    if (index > 0) remainder = withByte(remainder, 0)
    remainder = withText(remainder, texts[index] ?? '')
  }
  return ~remainder >>> 0
}

/** A text in ASCII needs no Buffer, which would cost more than the checksum: its characters are its bytes. */
const withText = (before: number, text: string): number => {
  let remainder = before
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) return Buffer.from(text).reduce(withByte, before)
    remainder = withByte(remainder, code)
  }
  return remainder
}

const withByte = (remainder: number, byte: number): number =>
  (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0)
