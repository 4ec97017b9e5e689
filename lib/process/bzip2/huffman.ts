export type Bits = { (count: number): number; align(): number }

/**
 * Reads the next bits, 24 at most, the highest first. `align` skips to the next whole byte and returns its position.
 *
 * @throws RangeError if no bytes are left
 */
export const bitsOf = (bytes: Buffer): Bits => {
  let at = 0
  /** Bits that were taken from the bytes and not yet returned, and their number: 31 at most. */
  let held = 0
  let count = 0
  const read = (wanted: number): number => {
    while (count < wanted) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('the data breaks off')
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

const MAX_LENGTH = 20

/** A canonical Huffman code: the codes of each length are consecutive numbers. The lists are indexed by length, from 1 on. */
export type CodeTable = {
  /** The length of the shortest code. */
  readonly shortest: number
  /** The first code that is too large for this length. */
  readonly limits: Int32Array
  /** The first code of this length, and the position of its symbol. */
  readonly firsts: Int32Array
  readonly places: Int32Array
  /** In the order of their codes. */
  readonly symbols: Uint16Array
}

/** @throws RangeError if a length is out of range */
export const readTable = (bits: Bits, size: number): CodeTable => {
  const lengths = readLengths(bits, size)
  const limits = new Int32Array(MAX_LENGTH + 1)
  const firsts = new Int32Array(MAX_LENGTH + 1)
  const places = new Int32Array(MAX_LENGTH + 1)
  const symbols = new Uint16Array(size)
  let code = 0
  let place = 0
  for (let length = 1; length <= MAX_LENGTH; length++) {
    firsts[length] = code
    places[length] = place
    for (let symbol = 0; symbol < size; symbol++) if (lengths[symbol] === length) symbols[place++] = symbol
    code += place - (places[length] ?? 0)
    limits[length] = code
    code <<= 1
  }
  return { shortest: Math.min(...lengths), limits, firsts, places, symbols }
}

const readLengths = (bits: Bits, size: number): Uint8Array => {
  const lengths = new Uint8Array(size)
  let length = bits(5)
  for (let symbol = 0; symbol < size; symbol++) {
    while (bits(1) === 1) length += bits(1) === 0 ? 1 : -1
    if (length < 1 || length > MAX_LENGTH) throw new RangeError('the length of a code is out of range')
    lengths[symbol] = length
  }
  return lengths
}

/** @throws RangeError if the bits are not a code */
export const readSymbol = (bits: Bits, { shortest, limits, firsts, places, symbols }: CodeTable): number => {
  let code = bits(shortest)
  for (let length = shortest; length <= MAX_LENGTH; length++) {
    if (code < (limits[length] ?? 0)) return symbols[(places[length] ?? 0) + code - (firsts[length] ?? 0)] ?? 0
    code = (code << 1) | bits(1)
  }
  throw new RangeError('an unknown code')
}
