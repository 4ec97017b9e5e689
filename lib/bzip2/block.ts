import type { Bits } from './bits.ts'

/** The bytes of a block before its first run-length coding is undone: Huffman, move to front, Burrows and Wheeler. */
export const readBlock = (bits: Bits, blockSize: number): Uint8Array => {
  if (bits(1) !== 0) throw new RangeError('a randomised block, of bzip2 before 0.9.5')
  const origin = bits(24)
  const symbols = readSymbols(bits)
  const groups = bits(3)
  if (groups < 2 || groups > 6) throw new RangeError('a number of tables out of range')
  const selectors = Array.from({ length: bits(15) }, () => unary(bits, groups))
  const order = Array.from({ length: groups }, (_, index) => index)
  const tables = order.map(() => readTable(bits, symbols.length + 2))
  const chosen = selectors.map((place) => tables[toFront(order, place)] ?? new Map<number, number>())

  const last = new Uint8Array(blockSize)
  let size = 0
  let run = 0
  let weight = 1
  const write = (byte: number, count: number): void => {
    if (size + count > blockSize) throw new RangeError('a block is too long')
    last.fill(byte, size, size + count)
    size += count
  }
  const end = symbols.length + 1
  for (let count = 0; ; count++) {
    const symbol = readCode(bits, chosen[Math.floor(count / 50)])
    if (symbol < 2) {
      run += weight << symbol
      weight *= 2
      if (run > blockSize) throw new RangeError('a run is too long')
      continue
    }
    if (run > 0) write(symbols[0] ?? 0, run)
    run = 0
    weight = 1
    if (symbol === end) break
    write(toFront(symbols, symbol - 1), 1)
  }
  return unsort(last.subarray(0, size), origin)
}

const readSymbols = (bits: Bits): number[] => {
  const used = bits(16)
  const symbols: number[] = []
  for (let row = 0; row < 16; row++) {
    if (((used >> (15 - row)) & 1) === 0) continue
    const columns = bits(16)
    for (let column = 0; column < 16; column++) if ((columns >> (15 - column)) & 1) symbols.push(row * 16 + column)
  }
  return symbols
}

const unary = (bits: Bits, limit: number): number => {
  let value = 0
  while (bits(1) === 1) if (++value >= limit) throw new RangeError('a selector out of range')
  return value
}

/** Takes what stands at a place to the front, and gives it. */
const toFront = (list: number[], place: number): number => {
  const [value] = list.splice(place, 1)
  if (value === undefined) throw new RangeError('a place out of range')
  list.unshift(value)
  return value
}

/** Codes by their length and value (`length << 20 | code`), in canonical order. */
const readTable = (bits: Bits, size: number): Map<number, number> => {
  let length = bits(5)
  const lengths = Array.from({ length: size }, () => {
    while (bits(1) === 1) length += bits(1) === 0 ? 1 : -1
    if (length < 1 || length > 20) throw new RangeError('a code of a length out of range')
    return length
  })
  const table = new Map<number, number>()
  let code = 0
  for (let wanted = 1; wanted <= 20; wanted++, code <<= 1) {
    for (const [symbol, its] of lengths.entries()) if (its === wanted) table.set((wanted << 20) | code++, symbol)
  }
  return table
}

const readCode = (bits: Bits, table: Map<number, number> | undefined): number => {
  let code = 0
  for (let length = 1; length <= 20; length++) {
    code = (code << 1) | bits(1)
    const symbol = table?.get((length << 20) | code)
    if (symbol !== undefined) return symbol
  }
  throw new RangeError('a code that is in no table')
}

/** Undoes the transform of Burrows and Wheeler: from the last column to the text. */
const unsort = (last: Uint8Array, origin: number): Uint8Array => {
  if (last.length > 0 && origin >= last.length) throw new RangeError('an origin out of range')
  const starts = new Uint32Array(257)
  for (const byte of last) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1
  for (let byte = 0; byte < 256; byte++) starts[byte + 1] = (starts[byte + 1] ?? 0) + (starts[byte] ?? 0)
  const next = new Uint32Array(last.length)
  for (const [index, byte] of last.entries()) {
    const place = starts[byte] ?? 0
    starts[byte] = place + 1
    next[place] = index
  }
  let at = origin
  return Uint8Array.from(last, () => {
    at = next[at] ?? 0
    return last[at] ?? 0
  })
}
