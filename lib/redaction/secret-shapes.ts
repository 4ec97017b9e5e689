// Over 200 lines because all shapes of secrets are read together.
import { type Hide, hideValue, SCHEMES } from './hide-value.ts'
import type { TextView } from './text-view.ts'
import { backslashesBefore, isBlank, isOpening, isQuote, saysNothing, type ValueSpan, valueSpan } from './value-span.ts'

/** Hides values with the shape of a secret, whatever their name. */
export const hideShapes = (view: TextView, hide: Hide, holdsSecret: (text: string) => boolean): void => {
  const { text } = view
  for (const { sign, shape } of SHAPES) {
    if (!text.includes(sign)) continue
    for (const { index, 0: found } of text.matchAll(shape)) hide(index, index + found.length)
  }
  if (/earer|asic|egotiate|EARER|ASIC/.test(text)) hideSchemes(text, hide)
  if (text.includes('eyJ')) hideEncoded(text, hide, holdsSecret)
  if (text.includes(ENCODED_BEGIN)) hideEncodedKeys(text, hide)
  if (text.includes('PRIVATE KEY')) hidePrivateKeys(text, hide)
  if (text.includes('://')) hideUserinfo(view, hide)
  if (text.includes('tokens/')) hidePathTokens(text, hide)
}

const SHAPES: readonly { readonly sign: string; readonly shape: RegExp }[] = [
  // Fernet tokens begin with a version and the upper bytes of a time: https://github.com/fernet/spec
  { sign: 'gAAAA', shape: /gAAAA[\w=-]{8,}/g },
  // A Ceph key: a type, a time and 16 bytes.
  { sign: '==', shape: /AQ[\w+/]{36}==/g },
  // Tokens of GitHub, GitLab, npm and Slack.
  { sign: 'gh', shape: /(?<![A-Za-z\d])gh[pousr]_[A-Za-z\d]{36,}/g },
  { sign: 'github_pat_', shape: /(?<![A-Za-z\d])github_pat_\w{22,}/g },
  { sign: 'glpat-', shape: /(?<![A-Za-z\d])glpat-[\w-]{20,}/g },
  { sign: 'npm_', shape: /(?<![A-Za-z\d])npm_[A-Za-z\d]{36,}/g },
  { sign: 'xox', shape: /(?<![A-Za-z\d])xox[a-z]-[\w-]{10,}/g },
  // Tokens of Vault, OpenAI, Anthropic, Stripe, Hugging Face, DigitalOcean, SendGrid, PyPI, Google and Telegram; keys of age.
  { sign: 'hvs.', shape: /(?<![A-Za-z\d])hvs\.[\w-]{20,}/g },
  { sign: 'sk-', shape: /(?<![A-Za-z\d])sk-(?:proj|ant)-[\w-]{20,}/g },
  { sign: 'k_live_', shape: /(?<![A-Za-z\d])[sr]k_live_[A-Za-z\d]{16,}/g },
  { sign: 'hf_', shape: /(?<![A-Za-z\d])hf_[A-Za-z\d]{30,}/g },
  { sign: 'dop_v1_', shape: /(?<![A-Za-z\d])dop_v1_[A-Za-z\d]{40,}/g },
  { sign: 'SG.', shape: /(?<![A-Za-z\d])SG\.[\w-]{22}\.[\w-]{43}/g },
  { sign: 'pypi-', shape: /(?<![A-Za-z\d])pypi-[\w-]{50,}/g },
  { sign: 'AIza', shape: /(?<![A-Za-z\d])AIza[\w-]{35}/g },
  { sign: ':AA', shape: /(?<![A-Za-z\d])\d{8,10}:AA[\w-]{33}/g },
  { sign: 'AGE-SECRET-KEY-1', shape: /(?<![A-Za-z\d])AGE-SECRET-KEY-1[A-Z\d]{40,}/g },
  // The URLs of Slack's and Discord's webhooks.
  { sign: 'hooks.slack.com/', shape: /(?<=(?<![A-Za-z\d])hooks\.slack\.com\/services\/)[\w/]{20,}/g },
  { sign: '/api/webhooks/', shape: /(?<=\/api\/webhooks\/)\d{16,20}\/[\w-]{40,}/g },
  // Hashes of passwords, as crypt(3) and keystone write them.
  { sign: '$', shape: /(?<![A-Za-z\d])\$(?:[156y]|2[abxy]|argon2id?|scrypt|pbkdf2-sha\d{3})\$[\w./+=,$-]{20,}/g },
]

/**
 * The beginnings of tokens that can be a whole text, without a blank or a delimiter. The rest of a token, and the characters before
 * it, are looked at later.
 */
export const SHAPE_SIGN =
  /gAAAA|eyJ|:AA|tokens\/|gh[pousr]_|github_pat_|glpat-|npm_|xox|hvs\.|sk-[pa]|[sr]k_live_|hf_|dop_v1_|SG\.|pypi-|AIza|AGE-S|hooks\.slack|webhooks\/|LS0tLS1C/

const hideSchemes = (text: string, hide: Hide): void => {
  for (const found of text.matchAll(SCHEME)) {
    const [whole, scheme = '', token = ''] = found
    const start = found.index + whole.length - token.length
    const isSecret = /^basic$/i.test(scheme)
      ? Buffer.from(token, 'base64').includes(':')
      : !PROSE.test(token) && !PARAMETER.test(text.slice(start, start + MAX_PARAMETER))
    if (isSecret) hide(start, start + token.length)
  }
}

/** The parameters of Digest and similar schemes look like prose outside their header. */
const SCHEME = new RegExp(`\\b(${SCHEMES.split('|').slice(0, 2).join('|')}|negotiate)[ \\t]{1,8}([\\w.~+/=-]+)`, 'gi')
const PROSE =
  /^(?:auth\w*|tokens?|credentials?|schemes?|realm=?|error=?|scope=?|of|is|was|are|and|or|for|not|header|type|only|the|a|an)$/i
/** `error_description="…"`. A quote after anything else closes a text that ends with the token. */
const PARAMETER = /^[a-z_]{1,30}=\\{0,7}"/
const MAX_PARAMETER = 40

/** Hides JSON Web Tokens and similar tokens, and JSON in base64 that contains secrets. */
const hideEncoded = (text: string, hide: Hide, holdsSecret: (text: string) => boolean): void => {
  for (const { index, 0: found } of text.matchAll(ENCODED)) {
    if (found.length < MIN_ENCODED) continue
    const isSecret = found.includes('.') || holdsSecret(fromBase64(found))
    if (isSecret) hide(index, index + found.length)
  }
}

const ENCODED = /eyJ[\w.+/=-]*/g
const MIN_ENCODED = 16
const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('latin1')

/** `-----BEGIN ` in base64, as a kubeconfig has keys and certificates. */
const ENCODED_BEGIN = 'LS0tLS1CRUdJTi'
const ENCODED_PEM = new RegExp(`(?<![A-Za-z\\d])${ENCODED_BEGIN}[\\w+/=-]*`, 'g')

/** Hides private keys in base64. */
const hideEncodedKeys = (text: string, hide: Hide): void => {
  for (const { index, 0: found } of text.matchAll(ENCODED_PEM)) {
    if (fromBase64(found).includes(PRIVATE_KEY)) hide(index, index + found.length)
  }
}

/** Finds the beginnings and ends of keys in one walk: a search for the end from each beginning would be quadratic if no key has one. */
const hidePrivateKeys = (text: string, hide: Hide): void => {
  const lastEnd = text.lastIndexOf('-END')
  let open = -1
  let done = 0
  for (const { index, 0: mark } of text.matchAll(KEY_MARK)) {
    if (mark !== PRIVATE_KEY) {
      if (open === -1) continue
      done = endOfDashes(text, index)
      hide(open, done)
      open = -1
    } else if (open === -1 && index >= done && text.slice(Math.max(done, index - MAX_LABEL), index).includes('BEGIN')) {
      open = index + PRIVATE_KEY.length
      if (open <= lastEnd) continue
      done = endWithoutEnd(text, open)
      hide(open, done)
      open = -1
    }
  }
}

const PRIVATE_KEY = 'PRIVATE KEY'
const KEY_MARK = /PRIVATE KEY|-END/g
/** The longest text between BEGIN and PRIVATE KEY: `ENCRYPTED `, `OPENSSH `. */
const MAX_LABEL = 30

const endOfDashes = (text: string, end: number): number => {
  let at = end
  while (text[at - 1] === '-') at--
  return at
}

/** The end of a key that breaks off: the end of its text. */
const endWithoutEnd = (text: string, from: number): number => {
  let at = from
  while (at < text.length && !isQuote(text[at]) && text[at] !== '<') at++
  return at - backslashesBefore(text, at)
}

/** Hides `user:password@` in a URL, for each host of a list: `rabbit://user:password@host1,user:password@host2/`. */
const hideUserinfo = ({ text, encodingOf }: TextView, hide: Hide): void => {
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    if (!/[a-z\d+]/i.test(text[at - 1] ?? '')) continue
    const isHttp = /https?$/i.test(text.slice(Math.max(0, at - 5), at))
    const encoding = encodingOf(at)
    let start = at + 3
    let colon = -1
    let host = -1
    let position = start
    for (; position < text.length; position++) {
      const character = text[position] ?? ''
      if (isBlank(character) || isQuote(character) || character === '<' || character === '>') break
      if (/[/?#\\]/.test(character) && encodingOf(position) <= encoding) break
      if (character === ':' && colon === -1) colon = position
      if (character === '@') host = position
      if (character !== ',' || host === -1) continue
      hideBefore(hide, start, host, colon, isHttp)
      start = position + 1
      colon = -1
      host = -1
    }
    if (host === -1 && colon !== -1)
      host = position === text.length ? cutHost(text, colon) : lateHost(text, colon, position)
    hideBefore(hide, start, host, colon, isHttp)
  }
}

const hideBefore = (hide: Hide, start: number, host: number, colon: number, isHttp: boolean): void => {
  if ((colon !== -1 && colon < host) || isHttp) hide(start, host)
}

/** The `@` after a password with a slash that was not encoded. A port is not taken for a password. */
const lateHost = (text: string, colon: number, from: number): number => {
  if (/\d/.test(text[colon + 1] ?? '') || text[colon + 1] === ':' || text[colon + 1] === ']') return -1
  let host = -1
  for (let at = from; at < text.length && at - from < MAX_PASSWORD; at++) {
    const character = text[at]
    if (isBlank(character) || isQuote(character) || text.startsWith('://', at)) break
    if (character === '@') host = at
  }
  return host
}

const MAX_PASSWORD = 128

/** The end of a password in a URL that breaks off. Digits are a port. */
const cutHost = (text: string, colon: number): number => (/^\d*$/.test(text.slice(colon + 1)) ? -1 : text.length)

/** Hides keystone's tokens and nova's console tokens in a path: `/v3/auth/tokens/…`, `/os-console-auth-tokens/…`. */
const hidePathTokens = (text: string, hide: Hide): void => {
  for (const { index, 0: found } of text.matchAll(PATH_TOKEN)) {
    const start = found.indexOf('/') + 1
    if (found.slice(start) !== 'OS-PKI') hide(index + start, index + found.length)
  }
}

const PATH_TOKEN = /(?<=[/_-])tokens\/[\w.~=+-]{6,}/g

/** Hides values that the words before them call a secret: in a sentence, and in the lines of a .netrc. */
export const hideSpokenSecrets = (view: TextView, hide: Hide): void => {
  if (!mayBeSpoken(view.text)) return
  let done = 0
  for (const { index, 0: words } of view.text.matchAll(NETRC)) {
    if (index < done) continue
    done = hideValue({ view, hide }, { name: '', quote: '' }, 'secret', index + words.length, 1)
  }
  for (const { index, 0: words } of view.text.matchAll(SENTENCE)) {
    const { kind, start, end } = spokenSpan(view, index + words.length)
    const value = view.text.slice(start, end)
    if (kind === 'quoted' ? !saysNothing(value) : kind === 'bare' && isNoWord(value)) hide(start, end)
  }
}

/** As `valueSpan`, but the end of a long container is not looked for: nothing of it would be hidden, and it may hold sentences. */
const spokenSpan = (view: TextView, from: number): ValueSpan => {
  const text = view.text.slice(0, from + MAX_CONTAINER)
  const isShort = !isOpening(text[from]) || valueSpan({ ...view, text }, from).kind === 'bare'
  return isShort ? valueSpan(view, from) : { kind: 'container', start: from, end: from, next: from }
}

/** Longer than the scheme before a hash, as in `{SSHA512}…`. */
const MAX_CONTAINER = 100

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
