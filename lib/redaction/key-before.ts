import { backslashesBefore, isBlank, isQuote } from './value-span.ts'

export type Key = {
  readonly name: string
  readonly start: number
  /** The closing quote with the backslashes before it. Empty for a bare word. */
  readonly quote: string
}

/** The name that ends before a delimiter, quoted or bare: `"password" :`, `password=`, `user[password]=`, `"user[password]":`, `d['password'] =`. */
export const keyBefore = (text: string, delimiterAt: number): Key => {
  let end = delimiterAt
  while (delimiterAt - end < MAX_BLANKS && isBlank(text[end - 1])) end--
  if (text[end - 1] === ']') end--
  if (isQuote(text[end - 1])) {
    const nameEnd = end - 1 - backslashesBefore(text, end - 1)
    const wordEnd = text[nameEnd - 1] === ']' ? nameEnd - 1 : nameEnd
    const start = startOf(text, wordEnd, QUOTED_NAME)
    return { name: text.slice(start, wordEnd), start, quote: text.slice(nameEnd, end) }
  }
  const start = startOf(text, end, BARE_NAME)
  const name = text.slice(start, end)
  if (!SECOND_WORD.test(name) || text[start - 1] !== ' ') return { name, start, quote: '' }
  const first = startOf(text, start - 1, BARE_NAME)
  return { name: text.slice(first, end), start: first, quote: '' }
}

const MAX_BLANKS = 32
const MAX_NAME = 80
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'
/** Which ASCII characters a name may have. */
const lettersOf = (letters: string): Uint8Array => {
  const table = new Uint8Array(128)
  for (const letter of letters) table[letter.charCodeAt(0)] = 1
  return table
}
const BARE_NAME = lettersOf(`${LETTERS}.-`)
const QUOTED_NAME = lettersOf(`${LETTERS}.-$:/ `)
/** The second word of names such as `private key: …`. */
const SECOND_WORD = /^(?:key|phrase|catalog|data)$/i

const startOf = (text: string, end: number, letters: Uint8Array): number => {
  let start = end
  while (end - start < MAX_NAME && letters[text.charCodeAt(start - 1)] === 1) start--
  return start
}
