/**
 * A text with its escapes decoded, and the position of each character in the source. This way a search finds `\u0070assword`,
 * `token%3Dx` and the lines of a text inside JSON like their plain forms.
 */
export type TextView = {
  readonly text: string
  /** The position in the source where a character of the view begins. */
  sourceOf(at: number): number
  /** How many characters of the source a character of the view takes. */
  widthOf(at: number): number
  /** The same for percent-encoded characters, such as `%26` and `%2526`; 1 for all others. */
  encodingOf(at: number): number
}

/** These replace `%22` and `%27`, which do not end a text in plain quotes. */
export const ENCODED_QUOTES = { '"': '\ue000', "'": '\ue001' } as const

export const viewOf = (source: string): TextView => {
  if (!source.includes('\\') && !source.includes('%')) return plainView(source)
  const parts: string[] = []
  const starts: number[] = []
  const shifts: number[] = []
  let done = 0
  let length = 0
  // A run of backslashes is matched as a whole, so that none is read twice.
  for (const found of source.matchAll(ESCAPE)) {
    const character = characterOf(found)
    if (character === undefined) continue
    parts.push(source.slice(done, found.index), character)
    length += found.index - done + character.length
    done = found.index + found[0].length
    starts.push(length)
    shifts.push(done - length)
  }
  return parts.length === 0
    ? plainView(source)
    : shiftedView(source, parts.join('') + source.slice(done), starts, shifts)
}

const ESCAPE = /\\+(?:u00([2-7][\da-f])|([nrt]))?|%(?:25)*([2-7][\da-f])/gi

const characterOf = ([whole, unicode, line, percent]: RegExpExecArray): string | undefined => {
  if (percent !== undefined) {
    const character = String.fromCharCode(Number.parseInt(percent, 16))
    return character === '"' || character === "'" ? ENCODED_QUOTES[character] : character
  }
  if (unicode === undefined && line === undefined) return undefined
  // Each level of JSON inside JSON doubles the backslashes.
  const backslashes = whole.lastIndexOf('\\') + 1
  if (line !== undefined) return isPowerOfTwo(backslashes) && NEWLINES.has(line) ? '\n' : undefined
  const character = String.fromCharCode(Number.parseInt(unicode ?? '', 16))
  if (character === '\\') return undefined
  if (character !== '"') return character
  return isPowerOfTwo(backslashes) && backslashes <= 4 ? `${'\\'.repeat(2 * backslashes - 1)}"` : undefined
}

/** A line end ends a value, and so does a tab. */
const NEWLINES = new Set(['n', 'r', 't'])
const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0

const plainView = (text: string): TextView => ({
  text,
  sourceOf: (at) => at,
  widthOf: () => 1,
  encodingOf: () => 1,
})

/**
 * @param starts of the parts after each escape
 * @param shifts how much further on each part is in the source
 */
const shiftedView = (source: string, text: string, starts: readonly number[], shifts: readonly number[]): TextView => {
  const sourceOf = (at: number): number => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle + 1
      else high = middle
    }
    return at + (shifts[low - 1] ?? 0)
  }
  const widthOf = (at: number): number => sourceOf(at + 1) - sourceOf(at)
  return { text, sourceOf, widthOf, encodingOf: (at) => (source[sourceOf(at)] === '%' ? widthOf(at) : 1) }
}
