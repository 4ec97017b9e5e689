import { isUtf8 } from 'node:buffer'
import { DecodeError } from './errors.ts'
import { endOfString } from './json-text.ts'

/**
 * No known sender nests deeper than 20. JSON.stringify compares each value with all levels above it, so its cost grows with the depth;
 * beyond some 4,000 levels it overflows the stack.
 */
const MAX_DEPTH = 200

/**
 * JSON bytes as a value.
 *
 * @throws DecodeError for bytes that are not UTF-8 (decoded, they could name another object), are not JSON, or are nested too deeply
 */
export const parseJson = (body: Buffer): unknown => parseText(utf8Text(body), 'the body')

/**
 * @param what it is called in the message
 * @throws DecodeError for a text that is not JSON, or is nested too deeply
 */
export const parseText = (text: string, what: string): unknown => {
  guardDepth(text, what)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw notJson(what, cause)
  }
}

/**
 * The text without the byte order mark that some editors and .NET senders put in front.
 *
 * @throws DecodeError for bytes that are not UTF-8
 */
export const utf8Text = (body: Buffer): string => {
  if (!isUtf8(body)) throw new DecodeError('the body is not valid UTF-8')
  const text = body.toString()
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/**
 * @param what it is called in the message
 * @throws DecodeError for a text nested too deeply
 */
export const guardDepth = (text: string, what: string): void => {
  if (mayBeDeep(text) && depthOf(text) > MAX_DEPTH) {
    throw new DecodeError(`${what} is nested more than ${MAX_DEPTH} levels deep`)
  }
}

/** JSON.parse's error in our words. */
export const notJson = (what: string, cause: unknown): DecodeError =>
  new DecodeError(`${what} is not JSON${whereabouts(String(cause))}`)

/** Whether a walk is needed to learn the depth. Each level opens a bracket, and counting brackets is many times as fast as a walk. */
const mayBeDeep = (text: string): boolean =>
  text.length > 2 * MAX_DEPTH && countUpTo(text, '{', MAX_DEPTH) + countUpTo(text, '[', MAX_DEPTH) > MAX_DEPTH

const countUpTo = (text: string, character: string, limit: number): number => {
  let count = 0
  for (let at = text.indexOf(character); at !== -1 && count <= limit; at = text.indexOf(character, at + 1)) count++
  return count
}

/** V8's message may quote the text around the fault, including secrets. The position alone is safe. */
const whereabouts = (message: string): string => {
  if (message.includes('Unexpected end')) return ': it ends too early'
  const [, position] = /position (\d+)/.exec(message) ?? []
  return position === undefined ? '' : `: look at position ${position}`
}

const QUOTE = 0x22

const depthOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Both kinds of brackets are told from each other by this bit alone.
    const character = code | 0x20
    if (code === QUOTE) at = endOfString(text, at) - 1
    else if (character === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (character === 0x7d) depth--
  }
  return deepest
}
