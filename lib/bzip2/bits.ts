export type Bits = { (count: number): number; align(): number }

/** The next bits, 32 at most, the highest first. `align` goes on to the next whole byte and tells which. */
export const bitsOf = (bytes: Buffer): Bits => {
  let at = 0
  const read = (count: number): number => {
    let value = 0
    for (let left = count; left > 0; left--, at++) {
      const byte = bytes[at >> 3]
      if (byte === undefined) throw new RangeError('it ends too early')
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1)
    }
    return value
  }
  const align = (): number => {
    at = (at + 7) & ~7
    return at >> 3
  }
  return Object.assign(read, { align })
}
