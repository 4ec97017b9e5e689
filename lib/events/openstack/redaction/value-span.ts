/**
 * Where a value ends that begins at `start` of a JSON text, or of something like it. A text inside a text has its quotes
 * escaped: `depthMark` is the number of backslashes in front of each (0, 1, 3, 7 …). Where the end cannot be told, it is that
 * of the whole text, so rather too much than too little.
 */
export const endOfValue = (text: string, start: number, depthMark: number): number => {
  let depth = 0
  let quote = ''
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '"' || character === "'") {
      if (quote === '' && depth === 0 && hasBareBefore(text, at, start)) return at - backslashesBefore(text, at, start)
      const standing = standingOf(text, at, start, depthMark)
      if (standing === 'outer' && character === '"') return at - backslashesBefore(text, at, start)
      if (standing !== 'delimiter' || (quote !== '' && quote !== character)) continue
      quote = quote === '' ? character : ''
      if (quote === '' && depth === 0) return at + 1
    } else if (quote !== '') {
    } else if (character === '[' || character === '{' || character === '(') {
      depth++
    } else if (character === ']' || character === '}' || character === ')') {
      if (depth === 0) return at
      depth--
      if (depth === 0) return at + 1
    } else if (depth === 0 && ENDS_BARE.test(character)) {
      return at
    }
  }
  return text.length
}

const ENDS_BARE = /[\s,;&]/

/** Whether a value without quotes ends here, Python's u'…' and b'…' not being any. */
const hasBareBefore = (text: string, at: number, start: number): boolean => {
  const length = at - backslashesBefore(text, at, start) - start
  return length > 1 || (length === 1 && !/[ub]/i.test(text[start] ?? ''))
}

type Standing = 'delimiter' | 'outer' | 'inner'

/** A quote of the value's own text has `depthMark` backslashes, one inside it more, one of the text around it fewer. */
const standingOf = (text: string, at: number, start: number, depthMark: number): Standing => {
  const count = backslashesBefore(text, at, start)
  if (count < depthMark) return text[at] === "'" ? 'delimiter' : 'outer'
  const own = (count - depthMark) / (depthMark + 1)
  return Number.isInteger(own) && own % 2 === 0 ? 'delimiter' : 'inner'
}

const backslashesBefore = (text: string, at: number, start: number): number => {
  let count = 0
  while (at - count > start && text[at - count - 1] === '\\') count++
  return count
}
