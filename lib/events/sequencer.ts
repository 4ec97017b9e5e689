const RGW_SEQUENCER = /^[0-9A-F]{16}$/i

/**
 * RGW's sequencer as a CloudEvents `sequence`: text order becomes time order.
 *
 * RGW prints the bytes of two little-endian 32-bit words, seconds then nanoseconds (rgw_pubsub.cc, set_event_id and
 * friends; checked against eventId, which holds the same instant). We write both most significant byte first.
 * `892B8A60D2CAEF37` (1619667849 s, 938461906 ns) becomes `608A2B8937EFCAD2`.
 *
 * @returns undefined for anything else, such as NooBaa's numbers: an order that we cannot vouch for is not claimed.
 */
export const sequenceOf = (sequencer: string): string | undefined =>
  RGW_SEQUENCER.test(sequencer) ? swapBytes(sequencer, 0) + swapBytes(sequencer, 8) : undefined

const swapBytes = (hex: string, at: number): string =>
  hex.slice(at + 6, at + 8) + hex.slice(at + 4, at + 6) + hex.slice(at + 2, at + 4) + hex.slice(at, at + 2)
