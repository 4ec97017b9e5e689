import { crypto } from '../process/crypto.ts'
import type { CephEventData } from './ceph-event.ts'
import { crc32 } from './crc32.ts'

/**
 * The same occurrence always has the same id, two occurrences never share one. CloudEvents' mapping says request id and id-2,
 * but all keys of one multi-object delete, both names of one expiry and every rule that matches share those. So the sequencer
 * follows (nanoseconds, RGW takes a new one for every notification), and a checksum of what else differs.
 *
 * A sender may leave the request id or the sequencer out. Then a digest of the whole record takes the checksum's place. The
 * topic's opaqueData is not part of it: an operator may change that while a notification is being repeated.
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
