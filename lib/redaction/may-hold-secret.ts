import { keyBefore } from './key-before.ts'
import { isTelling, judgeKey } from './secret-key.ts'
import { mayBeSpoken, SHAPE_SIGN } from './secret-shapes.ts'

/**
 * Whether `hideInText` has to search this text of an object. Ids, addresses, dates, URLs, words and most prose need no search,
 * and most texts are one of these. One pass over the characters settles nearly all of them, because calling one regular
 * expression takes longer than that.
 */
export const mayHoldSecret = (text: string): boolean => {
  if (text.length < MIN_LENGTH) return false
  const signs = signsIn(text)
  return ((signs & SIGNS) !== 0 && hasSecretSign(text, signs)) || text.charCodeAt(0) === DASH
}

/** A name, a delimiter and a value of a few characters: `pwd=abc`. */
const MIN_LENGTH = 7

const DASH = '-'.charCodeAt(0)

const hasSecretSign = (text: string, signs: number): boolean =>
  (signs & SURE) !== 0 ||
  ((signs & SHAPES) !== 0 && SHAPE_SIGN.test(text)) ||
  ((signs & COLON) !== 0 && (signs & LETTER) !== 0 && !ADDRESS.test(text) && hasTellingColon(text)) ||
  ((signs & WORDS) !== 0 && WORD.test(text)) ||
  ((signs & SPOKEN) !== 0 && mayBeSpoken(text))

/** The kinds of signs that a text contains: single characters, and pairs of neighbours. */
const signsIn = (text: string): number => {
  let signs = 0
  let first = SINGLE
  for (let at = 0; at < text.length; at++) {
    const code = Math.min(text.charCodeAt(at), OTHER)
    signs |= first & (SECONDS[code] ?? 0)
    first = FIRSTS[code] ?? 0
  }
  return signs
}

/** A kind of sign is a bit. A text with a character of this kind is always searched. */
const SURE = 1
const COLON = 2
/** A letter from g on, which every name of a secret has, or a slash, which every URL has. Dates and MAC addresses have neither. */
const LETTER = 4
/** The kinds that are one character, which may be the first of a text. */
const SINGLE = SURE | COLON | LETTER

/** The last index stands for all characters but ASCII. */
const OTHER = 128
/** By the code of a character: the kinds of which it is the second character of a pair, or the only character. */
const SECONDS = new Int32Array(OTHER + 1)
/** By the code of a character: the kinds of which it is the first character of a pair. Any character may stand before a single one. */
const FIRSTS = new Int32Array(OTHER + 1).fill(SINGLE)

const mark = (table: Int32Array, characters: string, kind: number): void => {
  for (const character of characters) {
    const code = Math.min(character.charCodeAt(0), OTHER)
    table[code] = (table[code] ?? 0) | kind
  }
}

mark(SECONDS, '"\'=<%\\\n\t|$', SURE)
mark(SECONDS, ':', COLON)
mark(SECONDS, '/ghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSUVWXY', LETTER)

let kinds = 3
/** @returns the bit of all pairs of one of the first characters and one of the second ones */
const pairs = (firsts: string, seconds: string): number => {
  const kind = 1 << kinds++
  mark(FIRSTS, firsts, kind)
  mark(SECONDS, seconds, kind)
  return kind
}

const BLANKS = ' \t\n\v\f\r\u00a0'
/** A dash of an option, and the blank after one of the words in WORD. */
const WORDS = pairs(`${BLANKS}([,`, '-') | pairs('rceyRCEY', ' ')
/** A word of `mayBeSpoken`. */
const SPOKEN = pairs(BLANKS, 'iwtpIWTP')
/** Each alternative of SHAPE_SIGN has one of these. */
const SHAPES =
  pairs('A', 'AIG') |
  pairs('y', 'J') |
  pairs('sG', '/.') |
  pairs('gh', 'hu') |
  pairs('tki', '-') |
  pairs('mkf1', '_') |
  pairs('x', 'o') |
  pairs('L', 'S')
const SIGNS = SURE | COLON | WORDS | SPOKEN | SHAPES

/** A URL with a numeric host. URLs with host names are judged by `hasTellingColon`. */
const ADDRESS = /^https?:\/\/[\d.]+(?::\d{1,5})?(?:\/[\w./-]*)?$/
const WORD = /(?:bearer|basic|negotiate|private key) |[\s([,]-[^ ]/i

/** Whether a colon follows the name of a secret, or is in a URL that is not plain. */
const hasTellingColon = (text: string): boolean => {
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    if (text.startsWith('://', at)) {
      HOST.lastIndex = at + 3
      const [, host] = HOST.exec(text) ?? []
      if (host === undefined || isTelling(judgeKey(host))) return true
      at = HOST.lastIndex - 1
    } else if (
      !NUMBER.test(text.slice(Math.max(0, at - MAX_NUMBER), at)) &&
      isTelling(judgeKey(keyBefore(text, at).name))
    )
      return true
  }
  return false
}

const HOST = /([\w.-]{1,80})(?::\d{1,5})?(?=[/?# ]|$)/y
/** The digits before a colon in a time or an address. */
const NUMBER = /(?:^|[^\w.-]|\dT)[\da-f]{1,4}$/i
const MAX_NUMBER = 6
