/**
 * node:crypto, which is loaded when it is first needed. Loading it costs 9 ms of CPU, a third of a cold start, and most notifications of
 * RGW need no hash.
 */
export const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto')

/**
 * Tells whether a text is one of the secrets, in a time that does not depend on them: it compares the text with every secret,
 * even after a match, and each comparison has the length of the longest secret.
 */
export const secretMatcher = (secrets: readonly string[]): ((candidate: string) => boolean) => {
  if (secrets.length === 0) return () => false
  const size = Math.max(...secrets.map((secret) => Buffer.byteLength(secret)))
  // The length comes first, so that two texts stay different although one is cut off or filled up.
  const framed = (text: string, frame: Buffer = Buffer.alloc(LENGTH_BYTES + size)): Buffer => {
    frame.fill(0)
    frame.writeUInt32LE(Buffer.byteLength(text))
    frame.write(text, LENGTH_BYTES)
    return frame
  }
  const known = secrets.map((secret) => framed(secret))
  const presented = framed('')
  return (candidate) => {
    framed(candidate, presented)
    return known.reduce((found, secret) => isEqual(secret, presented) || found, false)
  }
}

/**
 * Compares two buffers of the same length in constant time: it reads all bytes, whether or not they are equal, so the time does not show
 * how many were right. node:crypto's timingSafeEqual does the same, but loading node:crypto costs 9 ms of CPU at the first request.
 */
const isEqual = (one: Buffer, other: Buffer): boolean => {
  let difference = 0
  for (let at = 0; at < one.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}

const LENGTH_BYTES = 4

export const REDACTED = '[redacted]'

/** Replaces every secret in a text or in bytes, in each form it may have there: as it is, inside JSON, percent-encoded. */
export type Redact = {
  (text: string): string
  (bytes: Buffer): Buffer
  /** Whether a secret is so short that it is replaced only where it is a whole value. */
  readonly hasShort?: boolean
}

/**
 * A secret with fewer characters is a part of common words. To replace it there would make a log useless, and the gaps in the words
 * would show the secret. So it is replaced only where it is all of a quoted text, of a parameter, or of the password of a URL.
 */
export const SHORTEST_SECRET = 4

export const createRedact = (secrets: readonly string[]): Redact => {
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  const inText = replacer(forms)
  const inBytes = replacer(forms.map((form) => Buffer.from(form).toString('latin1')))
  const redact = (input: string | Buffer) =>
    typeof input === 'string' ? inText(input) : Buffer.from(inBytes(input.toString('latin1')), 'latin1')
  return Object.assign(redact, { hasShort: secrets.some(isShort) }) as Redact // An arrow cannot state its overloads.
}

/** Applies the first redaction, then the second one. */
export const inTurn = (first: Redact, second: Redact): Redact =>
  ((input: string | Buffer) => (typeof input === 'string' ? second(first(input)) : second(first(input)))) as Redact // As above.

const isShort = (secret: string): boolean => secret !== '' && secret.length < SHORTEST_SECRET

const replacer = (forms: readonly string[]): ((text: string) => string) => {
  // The longest first, so that a secret which holds another one leaves no rest behind.
  const known = [...new Set(forms)].filter(Boolean).sort((a, b) => b.length - a.length)
  // In one pass: a short secret must not be looked for in the word that replaced another one.
  const any = new RegExp(known.map(patternOf).join('|'), 'g')
  return (text) => (known.some((form) => text.includes(form)) ? text.replaceAll(any, REDACTED) : text)
}

const patternOf = (form: string): string => {
  const literal = form.replaceAll(SYNTAX, '\\$&')
  return isShort(form) ? `(?<=")${literal}(?=\\\\?")|(?<==)${literal}(?=[&"\\\\\\s]|$)|(?<=:)${literal}(?=@)` : literal
}

/** The characters that mean something in a regular expression. */
const SYNTAX = /[\\^$.*+?()[\]{}|]/g
