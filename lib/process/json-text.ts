/**
 * Where a JSON string ends: behind its closing quote, or with the text if there is none.
 *
 * @param at where its opening quote is
 */
export const endOfString = (text: string, at: number): number => {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    // An even number of backslashes escape one another, not the quote.
    if ((end - before) % 2 === 1) return end + 1
  }
  return text.length
}

const BACKSLASH = 0x5c

/** One member of an object, or item of a list, as it stands in the JSON text. */
export type Part = {
  /** Absent in a list. */
  readonly name?: string
  readonly source: string
}

/**
 * The parts of an object or a list as their own source texts, because JSON.parse would round numbers (an integer above
 * 2^53, `1.10`) that somebody else is to read.
 *
 * @param text JSON that JSON.parse has taken
 */
export const partsOf = (text: string): readonly Part[] => {
  const parts: Part[] = []
  const start = skipBlanks(text, 0)
  const isObject = text[start] === '{'
  let at = skipBlanks(text, start + 1)
  while (at < text.length && text[at] !== '}' && text[at] !== ']') {
    let name: string | undefined
    if (isObject) {
      const end = endOfString(text, at)
      name = JSON.parse(text.slice(at, end)) as string // A member's name.
      at = skipBlanks(text, skipBlanks(text, end) + 1)
    }
    const end = endOfValue(text, at)
    parts.push({ ...(name !== undefined && { name }), source: text.slice(at, end) })
    at = skipBlanks(text, end)
    if (text[at] === ',') at = skipBlanks(text, at + 1)
  }
  return parts
}

const BLANKS = /[ \t\r\n]*/y

const skipBlanks = (text: string, at: number): number => {
  BLANKS.lastIndex = at
  BLANKS.test(text)
  return BLANKS.lastIndex
}

const QUOTE = 0x22
const SCALAR = /[^,\]}\s]*/y

const endOfValue = (text: string, start: number): number => {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first === '{' || first === '[') return endOfContainer(text, start)
  SCALAR.lastIndex = start
  SCALAR.test(text)
  return SCALAR.lastIndex
}

/** Not by recursion: its depth is the sender's choice. */
const endOfContainer = (text: string, start: number): number => {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) at = endOfString(text, at) - 1
    // Both kinds of brackets, told from each other by this bit alone.
    else if ((character | 0x20) === 0x7b) depth++
    else if ((character | 0x20) === 0x7d && --depth === 0) return at + 1
  }
  return text.length
}
