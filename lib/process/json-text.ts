type RawJson = { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }

// Node.js has it since version 21, but the library types of ES2024 do not.
const { rawJSON, isRawJSON } = JSON as typeof JSON & RawJson

/** A number that keeps its text, e.g. beyond 2^53: `JSON.stringify` prints it as it was. */
export const rawNumber = rawJSON
export const isRawNumber = isRawJSON

/**
 * The end of a JSON string: after its closing quote, or the end of the text if there is none.
 *
 * @param at the position of the opening quote
 */
export const endOfString = (text: string, at: number): number => {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    // An even number of backslashes does not escape the quote.
    if ((end - before) % 2 === 1) return end + 1
  }
  return text.length
}

const BACKSLASH = 0x5c

/** Whether a text is JSON. */
export const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A member of an object, or an item of a list, as its JSON text. */
export type Part = {
  /** Absent in a list. */
  readonly name?: string
  readonly source: string
}

/**
 * Splits an object or a list into the source texts of its parts. JSON.parse would round numbers (integers above 2^53, `1.10`)
 * that somebody else reads later.
 *
 * @param text JSON that JSON.parse has accepted
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

/** Without recursion, because the sender chooses the depth. */
const endOfContainer = (text: string, start: number): number => {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) at = endOfString(text, at) - 1
    // Setting this bit makes square brackets and braces equal.
    else if ((character | 0x20) === 0x7b) depth++
    else if ((character | 0x20) === 0x7d && --depth === 0) return at + 1
  }
  return text.length
}
