/** Servers that encode an object's key like a query: `a b/ö` is `a+b%2F%C3%B6`. Ceph, NooBaa and Scality do not. */
const ENCODING_SOURCES: ReadonlySet<string> = new Set(['aws:s3', 'minio:s3', 'rustfs:s3', 'cubefs:s3'])

/** Whether the server with this `eventSource` percent-encodes keys. */
export const encodesKeys = (eventSource: string): boolean => ENCODING_SOURCES.has(eventSource)

/** The decoded key. A text that is not valid percent-encoded UTF-8 stays as it is. */
export const decodeQuery = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

const RGW_SEQUENCER = /^[0-9A-F]{16}$/i

/**
 * Makes a CloudEvents `sequence` of RGW's sequencer, so that text order is time order.
 *
 * RGW prints the bytes of two little-endian 32-bit words, seconds then nanoseconds (rgw_pubsub.cc, set_event_id and friends;
 * checked against eventId, which has the same time). The result has the most significant byte first: `892B8A60D2CAEF37`
 * (1619667849 s, 938461906 ns) becomes `608A2B8937EFCAD2`.
 *
 * @returns undefined for all other values, such as NooBaa's numbers, because their order is not known
 */
export const sequenceOf = (sequencer: string): string | undefined =>
  RGW_SEQUENCER.test(sequencer) ? swapBytes(sequencer) : undefined

/** One call of fromCharCode makes one text; slices and their concatenation make fourteen. */
const swapBytes = (hex: string): string =>
  String.fromCharCode(
    hex.charCodeAt(6),
    hex.charCodeAt(7),
    hex.charCodeAt(4),
    hex.charCodeAt(5),
    hex.charCodeAt(2),
    hex.charCodeAt(3),
    hex.charCodeAt(0),
    hex.charCodeAt(1),
    hex.charCodeAt(14),
    hex.charCodeAt(15),
    hex.charCodeAt(12),
    hex.charCodeAt(13),
    hex.charCodeAt(10),
    hex.charCodeAt(11),
    hex.charCodeAt(8),
    hex.charCodeAt(9),
  )

/**
 * The time of RGW's sequencer in RFC 3339, to the nanosecond: `2D50076BBF977210` is 2026-11-25T21:16:29.275945407Z.
 *
 * @returns undefined for all other values
 */
export const timeOf = (sequencer: string): string | undefined => {
  const hex = sequenceOf(sequencer)
  if (hex === undefined) return undefined
  const nanoseconds = Number.parseInt(hex.slice(8), 16)
  if (nanoseconds >= 1e9) return undefined
  const seconds = new Date(Number.parseInt(hex.slice(0, 8), 16) * 1000)
    .toISOString()
    .slice(0, 'YYYY-MM-DDTHH:mm:ss'.length)
  return `${seconds}.${String(nanoseconds).padStart(9, '0')}Z`
}
