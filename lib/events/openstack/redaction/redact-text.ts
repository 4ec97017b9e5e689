import { REDACTED } from '../../../secrets.ts'
import { SECRET_WORDS } from './secret-key.ts'
import { endOfValue } from './value-span.ts'

/**
 * A text without its secrets, be it JSON, JSON inside JSON, the repr of a Python object, or broken: what follows a secret key,
 * as far as can be told (to the end, if the text is cut off), and what looks like a token of keystone's.
 */
export const redactText = (text: string): string => redactFields(text).replace(TOKEN, REDACTED)

/** Fernet's tokens, which begin with a version and the upper bytes of a time: https://github.com/fernet/spec */
const TOKEN = /gAAAA[\w=-]{8,}/g

/** A secret key, the end of its quotes, and what stands between it and the value. Case does not matter. */
const FIELD = new RegExp(
  `(?:_context_trust\\w{0,30}|(?:${SECRET_WORDS.replaceAll('_', '[_-]?').replace('|pass|', '|(?<![a-z])pass|_pass|adminpass|')}))(\\\\*)(["']?)\\s*[:=]\\s*`,
  'gi',
)

const redactFields = (text: string): string => {
  let result = ''
  let done = 0
  FIELD.lastIndex = 0
  for (let found = FIELD.exec(text); found !== null; found = FIELD.exec(text)) {
    const start = FIELD.lastIndex
    const [, backslashes = '', quote = ''] = found
    const end = endOfValue(text, start, backslashes.length)
    if (end > start && !NOTHING.test(text.slice(start, end))) {
      result += text.slice(done, start) + replacement(text.slice(start, end), backslashes + quote)
      done = end
    }
    FIELD.lastIndex = Math.max(end, start)
  }
  return done === 0 ? text : result + text.slice(done)
}

const NOTHING = /^(?:null|None|true|false|True|False|\[\s*\]|\{\s*\}|\\*""?|\\*''?)$/

/** In quotes, so that what was JSON is still JSON: those of the value, or of a list's first text, or of the key. */
const replacement = (value: string, quoteOfKey: string): string => {
  const [quote = quoteOfKey] = /\\*["']/.exec(value) ?? []
  return `${quote}${REDACTED}${quote}`
}
