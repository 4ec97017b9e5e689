export type Bits = { (count: number): number; align(): number }

/**
 * The next bits, 24 at most, the highest first. `align` skips to the next whole byte and tells its place.
 *
 * @throws RangeError where no bytes are left
 */
export const bitsOf = (bytes: Buffer): Bits => {
  let at = 0
  /** Bits that were taken from the bytes and not read yet, and how many they are: 31 at most. */
  let held = 0
  let count = 0
  const read = (wanted: number): number => {
    while (count < wanted) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('it ends too early')
      held = (held << 8) | byte
      count += 8
    }
    count -= wanted
    const value = held >>> count
    held &= (1 << count) - 1
    return value
  }
  const align = (): number => {
    read(count % 8)
    return at - count / 8
  }
  return Object.assign(read, { align })
}
