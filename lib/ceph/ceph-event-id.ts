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
  return crc32(`${bucket}\0${key}\0${versionId}\0${eventName}\0${s3.configurationId ?? ''}`)
    .toString(16)
    .padStart(8, '0')
}

const digest = (data: CephEventData): string =>
  crypto().hash('sha256', JSON.stringify({ ...data, opaqueData: '' }), 'base64url')

const POLYNOMIAL = 0xedb88320

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
  return remainder
})

/** The CRC-32 of a text in UTF-8, equal to zlib's. Loading zlib would cost 4 ms of a cold start. */
export const crc32 = (text: string): number => {
  let remainder = 0xffffffff
  for (const byte of Buffer.from(text)) remainder = (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0)
  return ~remainder >>> 0
}
