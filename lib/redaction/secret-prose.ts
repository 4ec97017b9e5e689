import { type Hide, hideValue } from './hide-value.ts'
import type { TextView } from './text-view.ts'
import { saysNothing, valueSpan } from './value-span.ts'

/** Hides values that the words before them call a secret: in a sentence, and in the lines of a .netrc. */
export const hideSpokenSecrets = (view: TextView, hide: Hide): void => {
  if (!mayBeSpoken(view.text)) return
  for (const { index, 0: words } of view.text.matchAll(NETRC)) {
    hideValue({ view, hide }, { name: '', quote: '' }, 'secret', index + words.length, 1)
  }
  for (const { index, 0: words } of view.text.matchAll(SENTENCE)) {
    const { kind, start, end } = valueSpan(view, index + words.length)
    const value = view.text.slice(start, end)
    if (kind === 'quoted' ? !saysNothing(value) : kind === 'bare' && isNoWord(value)) hide(start, end)
  }
}

/** Whether a text contains the words that such a sentence needs. The rarer words are tested first. */
export const mayBeSpoken = (text: string): boolean => LINK.test(text) && SUBJECT.test(text)

const LINK = /\s(?:is|was|to|password)[\s:]/i

const SUBJECTS = 'password|passwd|passphrase|passcode|pwd|\\bpin|token|secret|api[ _]?key'
const SUBJECT = new RegExp(SUBJECTS, 'i')

/** `machine example.org login alice password …`, in one line or several. */
const NETRC = /\b(?:machine|login|account)\s{1,20}\S{1,200}\s{1,20}password\s{1,20}/g

/** `password for alice is …`, `token was reset to …`. */
const SENTENCE = new RegExp(
  `(?:${SUBJECTS})(?: (?:for|of) \\S{1,80})? (?:(?:(?:is|was|has been) )?(?:set|reset|changed) to|is|was)(?: now)?:? `,
  'gi',
)

/**
 * Whether a value looks like a password: it has a digit, a symbol or a capital inside. `required`, `expired` and `too` are
 * plain words.
 */
const isNoWord = (value: string): boolean => {
  const bare = value.replace(/[.,;:!?)]{1,9}$/, '')
  return bare.length >= MIN_LENGTH && NO_WORD.test(bare) && !saysNothing(bare)
}

const MIN_LENGTH = 4
const NO_WORD = /\d|[!@#$%^&*+=~]|[a-z][A-Z]/
