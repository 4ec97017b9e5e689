import { type Bits, type CodeTable, readSymbol, readTable } from './huffman.ts'

/** Memory that all blocks of a stream share, so that a small block does not cost as much as a large one. */
export type Scratch = { readonly last: Uint8Array; readonly next: Uint32Array }

export const createScratch = (blockSize: number): Scratch => ({
  last: new Uint8Array(blockSize),
  next: new Uint32Array(blockSize),
})

/**
 * Decodes a block except for its first run-length coding: Huffman, move to front, Burrows and Wheeler.
 *
 * @throws RangeError if it is not a valid block
 */
export const readBlock = (bits: Bits, { last, next }: Scratch): Uint8Array => {
  if (bits(1) !== 0) throw new RangeError('a randomised block, which bzip2 wrote before 0.9.5')
  const origin = bits(24)
  const symbols = readSymbols(bits)
  const end = symbols.length + 1
  const tables = readTables(bits, symbols.length + 2)

  let size = 0
  let run = 0
  let weight = 1
  for (let count = 0; ; count++) {
    const symbol = readSymbol(bits, tables(count))
    if (symbol < 2) {
      run += weight << symbol
      weight *= 2
      if (size + run > last.length) throw new RangeError('a block is too long')
      continue
    }
    last.fill(symbols[0] ?? 0, size, size + run)
    size += run
    run = 0
    weight = 1
    if (symbol === end) break
    if (size === last.length) throw new RangeError('a block is too long')
    last[size++] = toFront(symbols, symbol - 1)
  }
  return unsort(last.subarray(0, size), next, origin)
}

/** The bytes that occur, in order. */
const readSymbols = (bits: Bits): Uint8Array => {
  const used = bits(16)
  const symbols: number[] = []
  for (let row = 0; row < 16; row++) {
    if (((used >> (15 - row)) & 1) === 0) continue
    const columns = bits(16)
    for (let column = 0; column < 16; column++) if ((columns >> (15 - column)) & 1) symbols.push(row * 16 + column)
  }
  return Uint8Array.from(symbols)
}

/** Each table is used for 50 codes; then the next selector names one. */
const readTables = (bits: Bits, size: number): ((count: number) => CodeTable) => {
  const groups = bits(3)
  if (groups < 2 || groups > 6) throw new RangeError('the number of tables is out of range')
  const selectors = Uint8Array.from({ length: bits(15) }, () => unary(bits, groups))
  const order = Uint8Array.from({ length: groups }, (_, index) => index)
  for (const [index, place] of selectors.entries()) selectors[index] = toFront(order, place)
  const tables = Array.from({ length: groups }, () => readTable(bits, size))
  return (count) => {
    const table = tables[selectors[Math.floor(count / 50)] ?? groups]
    if (table === undefined) throw new RangeError('too few selectors')
    return table
  }
}

const unary = (bits: Bits, limit: number): number => {
  let value = 0
  while (bits(1) === 1) if (++value >= limit) throw new RangeError('a selector is out of range')
  return value
}

/** Moves the value at a place to the front, and returns it. */
const toFront = (list: Uint8Array, place: number): number => {
  const value = list[place]
  if (value === undefined) throw new RangeError('a position is out of range')
  list.copyWithin(1, 0, place)
  list[0] = value
  return value
}

/**
 * Undoes the transform of Burrows and Wheeler: from the last column to the text. Each entry of `next` has a byte of the column
 * and, above it, where the text goes on: one look at memory a byte.
 */
const unsort = (last: Uint8Array, next: Uint32Array, origin: number): Uint8Array => {
  const { length } = last
  if (length > 0 && origin >= length) throw new RangeError('the origin is out of range')
  const places = new Uint32Array(257)
  for (let index = 0; index < length; index++) {
    const byte = last[index] ?? 0
    next[index] = byte
    places[byte + 1] = (places[byte + 1] ?? 0) + 1
  }
  for (let byte = 0; byte < 256; byte++) places[byte + 1] = (places[byte + 1] ?? 0) + (places[byte] ?? 0)
  for (let index = 0; index < length; index++) {
    const byte = last[index] ?? 0
    const place = places[byte] ?? 0
    places[byte] = place + 1
    next[place] = (next[place] ?? 0) | (index << 8)
  }
  const text = new Uint8Array(length)
  let at = (next[origin] ?? 0) >>> 8
  for (let index = 0; index < length; index++) {
    const entry = next[at] ?? 0
    text[index] = entry & 0xff
    at = entry >>> 8
  }
  return text
}
