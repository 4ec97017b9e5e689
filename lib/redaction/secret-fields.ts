import { blockSpan, skipProperties } from './block-span.ts'
import {
  closeFrame,
  createFrames,
  isInList,
  isInMap,
  isNamedEntry,
  keepValue,
  nameFrame,
  openFrame,
  unnamedValues,
  type Value,
} from './frames.ts'
import { type Hide, hideValue, type Scan, skipSpaces } from './hide-value.ts'
import { type Key, keyBefore } from './key-before.ts'
import { isSecretName, isTelling, judgeKey, type KeyVerdict } from './secret-key.ts'
import { closeTag, hideCell, openTag } from './secret-markup.ts'
import { hideOption } from './secret-options.ts'
import type { TextView } from './text-view.ts'
import { backslashesBefore, isBlank, openingQuote, skipBlanks, valueSpan } from './value-span.ts'

/**
 * Hides the values under the names of secrets in a text: in JSON, YAML, XML, the repr of a Python object, a query, a header or
 * a command line, complete or broken. Each character is read once, except for the names before delimiters, whose length is
 * limited.
 */
export const hideFields = (view: TextView, hide: Hide): void => {
  const scan: Scan = { view, hide, frames: createFrames(), options: undefined, elements: undefined }
  let at = 0
  for (STOP.lastIndex = at; STOP.test(view.text); STOP.lastIndex = at) at = step(scan, STOP.lastIndex - 1)
  for (const value of unnamedValues(scan.frames)) hideEntryValue(scan, value)
}

const STOP = /[:=[({})\]<>\-|"'\ue000\ue001]/g

/** @returns the position where the scan continues */
const step = (scan: Scan, at: number): number => {
  switch (scan.view.text[at]) {
    case ':':
    case '=':
      return hideField(scan, at)
    case '[':
    case '(':
      return hidePair(scan, at)
    case '{':
      openFrame(scan.frames, '{', at)
      return at + 1
    case '}':
    case ']':
    case ')':
      closeFrame(scan.frames, scan.view.text[at] ?? '', at)
      return at + 1
    case '<':
      return openTag(scan, at)
    case '>':
      return closeTag(scan, at)
    case '-':
      return hideOption(scan, at)
    case '|':
      return hideCell(scan, at)
    default: // A quote.
      return hideSpoken(scan, at)
  }
}

const hideField = (scan: Scan, at: number): number => {
  const { text } = scan.view
  if (text.startsWith('://', at)) return at + 3
  const key = keyBefore(text, at)
  const verdict = judgeKey(key.name)
  if (!isTelling(verdict)) return at + 1
  const encoding = scan.view.encodingOf(at)
  let from = at + 1
  while (from - at < 3 && /[=>]/.test(text[from] ?? '')) from++
  if (verdict === 'name') return nameEntry(scan, from)
  if (verdict === 'value' && !isNamedEntry(scan.frames)) {
    const start = key.quote === '' ? skipSpaces(text, from) : skipBlanks(text, from)
    keepValue(scan.frames, { start, encoding, quote: key.quote })
    return from
  }
  if (key.quote === '' && text[at] === ':') {
    const flow = verdict === 'secrets' ? flowAfter(scan, key, from) : undefined
    if (flow !== undefined) return hideValue(scan, key, verdict, flow, 1)
    if (isProse(key, verdict, text[from])) return from
    const value = skipProperties(text, from)
    // A secret can look like a tag.
    if (value > from) hideValue(scan, key, verdict, from, encoding)
    from = value
    const block = blockSpan(scan.view, key.start, from)
    if (block !== undefined) {
      const isSearched = verdict === 'credential' || verdict === 'basic'
      if (!isSearched) scan.hide(block.start, block.end)
      return isSearched ? block.start : block.end
    }
  }
  return hideValue(scan, key, verdict, from, encoding)
}

/** `No more tokens: 3` and `InvalidToken: …` are not fields. */
const isProse = ({ name }: Key, verdict: KeyVerdict, next: string | undefined): boolean =>
  next === ' ' && (verdict === 'secrets' || PROSE.test(name))

const PROSE = /^(?:invalid|missing|expired|unknown|unsupported|wrong|no)_?[A-Z_]/i

/**
 * The start of `[a, b]`, `{a: b}` or `"a"` after a bare key in the plural. In YAML such a key begins a line, a text or an entry;
 * in prose words come before it.
 */
const flowAfter = ({ view: { text }, frames }: Scan, { name, start }: Key, from: number): number | undefined => {
  FLOW.lastIndex = from
  if (PROSE.test(name) || !FLOW.test(text)) return undefined
  let at = start
  while (start - at < MAX_INDENTATION && /[ \t-]/.test(text[at - 1] ?? '')) at--
  const before = text.slice(Math.max(0, at - MAX_OPENING), at)
  return LINE_START.test(before) || (isInMap(frames) && /[{,]$/.test(before)) ? FLOW.lastIndex - 1 : undefined
}

/** Tags and anchors can be before the value. */
const FLOW = /[ \t]{1,32}(?:[!&][\w!.:/-]{0,80}[ \t]{1,8}){0,2}\\{0,7}[[{("']/y
const LINE_START = /(?:^|\n|(?:^|[\s:=,[{(])\\{0,7}["'])$/
const MAX_INDENTATION = 100
/** Longer than an opening quote with its backslashes and the character before them. */
const MAX_OPENING = 10

/** In `{"key":"admin_pass","value":"…"}` the value comes after the name, or before it. */
const nameEntry = (scan: Scan, from: number): number => {
  const { view, frames } = scan
  const name = nameAt(view.text, skipBlanks(view.text, from))
  const values = nameFrame(frames, name !== undefined && isSecretName(name.text))
  for (const value of values) hideEntryValue(scan, value)
  return from
}

const hideEntryValue = ({ view, hide }: Scan, { start, end, encoding, quote }: Value): void => {
  const known = end === undefined ? view : cutAt(view, end)
  hideValue({ view: known, hide }, { name: '', quote }, 'secret', start, encoding)
}

const cutAt = (view: TextView, end: number): TextView => ({ ...view, text: view.text.slice(0, end) })

/** The short text at `from`, quoted or bare, and where it ends. */
const nameAt = (
  text: string,
  from: number,
): { readonly text: string; readonly next: number; readonly quote: string } | undefined => {
  const quoteAt = openingQuote(text, from)
  const start = quoteAt === undefined ? from : quoteAt + 1
  const name = quoteAt === undefined ? BARE_NAME : QUOTED_NAME
  name.lastIndex = start
  const [found] = name.exec(text) ?? []
  if (found === undefined) return undefined
  if (quoteAt === undefined) return { text: found, next: start + found.length, quote: '' }
  const quote = text.slice(quoteAt - backslashesBefore(text, quoteAt), quoteAt + 1)
  const end = start + found.length
  return text.startsWith(quote, end) ? { text: found, next: end + quote.length, quote } : undefined
}

const BARE_NAME = /[\w.-]{1,80}/y
const QUOTED_NAME = /[\w.$:/ -]{1,80}/y

/**
 * Hides the value in a list of a secret's name and its value, inside another list. Headers have this form, and ceilometer's
 * traits with a type between the two.
 */
const hidePair = (scan: Scan, at: number): number => {
  const { view, frames } = scan
  const { text } = view
  const mayBePair = isInList(frames)
  openFrame(frames, text[at] ?? '', at)
  if (!mayBePair) return at + 1
  const name = nameAt(text, skipBlanks(text, at + 1))
  if (name === undefined || name.quote === '' || !isSecretName(name.text)) return at + 1
  const comma = skipBlanks(text, name.next)
  if (text[comma] !== ',') return at + 1
  const typed = TYPE.exec(text.slice(comma, comma + MAX_TYPE))
  const from = comma + (typed?.[0].length ?? 1)
  return hideValue(scan, { name: '', quote: name.quote }, 'secret', from, 1)
}

const TYPE = /^,\s*\d+\s*,/
const MAX_TYPE = 20

/** `password "…"`, a form that oslo.utils' mask_password knows. */
const hideSpoken = (scan: Scan, at: number): number => {
  const { text } = scan.view
  const opening = at - backslashesBefore(text, at)
  if (!isBlank(text[opening - 1])) return at + 1
  const key = keyBefore(text, opening)
  if (key.quote !== '' || key.name === '' || !isSecretName(key.name)) return at + 1
  const { start, end, kind } = valueSpan(scan.view, opening)
  if (kind !== 'quoted' || end - start > MAX_SPOKEN) return at + 1
  scan.hide(start, end)
  return end
}

const MAX_SPOKEN = 200
