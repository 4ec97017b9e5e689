import { keyBefore } from './key-before.ts'
import { isTelling, judgeKey, type KeyVerdict } from './secret-key.ts'
import { mayBeSpoken, TOKEN_SIGN } from './secret-shapes.ts'

/**
 * Whether `hideInText` has to search this text of an object. Ids, addresses, dates, URLs, words and most prose need no search,
 * and most texts are one of these. The cheapest test comes first.
 *
 * @param verdict on the key of the text
 */
export const mayHoldSecret = (text: string, verdict: KeyVerdict): boolean => {
  if (text.length < MIN_LENGTH) return false
  if (verdict === 'id' ? looksLikeId(text) : verdict === 'date' && looksLikeDate(text)) return false
  if ((SIGN.test(text) || text.charCodeAt(0) === DASH) && hasSecretSign(text)) return true
  return text.length >= MIN_TOKEN && !looksLikeId(text) && TOKEN_SIGN.test(text)
}

const hasSecretSign = (text: string): boolean => {
  if (STRONG_SIGN.test(text) || text.charCodeAt(0) === DASH) return true
  if (text.includes(':')) {
    if (ADDRESS.test(text) && !text.includes('tokens/')) return false
    if (hasTellingColon(text)) return true
  }
  return SHAPE.test(text) || (BLANK.test(text) && WORD.test(text)) || (text.includes(' ') && mayBeSpoken(text))
}

/** A name, a delimiter and a value of a few characters: `pwd=abc`. */
const MIN_LENGTH = 7

/** The length of the shortest token with a known prefix, which is Slack's. */
const MIN_TOKEN = 15

/**
 * Every text with a secret contains one of these or begins with a dash, except for tokens with a known prefix. A single
 * character class is several times as fast as one with an alternative beside it.
 */
const SIGN = /["'=<%\\\n\t: |/J([,A]/
const STRONG_SIGN = /["'=<%\\\n\t|]/
const SHAPE = /gAAAA|eyJ|:AA|tokens\//
/** The MAC address of an interface, or a URL with a numeric host. URLs with host names are judged by `hasTellingColon`. */
const ADDRESS = /^(?:[\da-f]{2}(?::[\da-f]{2}){5}|https?:\/\/[\d.]+(?::\d{1,5})?(?:\/[\w./-]*)?)$/
/** An option, or the blank after one of the words in WORD. */
const BLANK = /[ ([,]-[^ ]|[rcey] /i
const WORD = /(?:bearer|basic|negotiate|private key) |[ ([,]-[^ ]/i

/** UUIDs, with and without dashes. The length alone is not enough: a text with a token can have it too. */
const looksLikeId = (text: string): boolean => (text.length === 32 || text.length === 36) && UUID.test(text)

const UUID = /^(?:[\da-f]{32}|[\da-f]{8}-[\da-f-]{27})$/

/** `2026-01-02 03:04:05`, with or without a fraction and a zone. */
const looksLikeDate = (text: string): boolean =>
  text.length >= 19 &&
  text.length <= 32 &&
  text.charCodeAt(4) === DASH &&
  text.charCodeAt(13) === COLON &&
  text.charCodeAt(16) === COLON

const DASH = '-'.charCodeAt(0)
const COLON = ':'.charCodeAt(0)

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

const HOST = /([\w.-]{1,80})(?::\d{1,5})?(?=[/?#\s]|$)/y
/** The digits before a colon in a time or an address. */
const NUMBER = /(?:^|[^\w.-]|\dT)[\da-f]{1,4}$/i
const MAX_NUMBER = 6
