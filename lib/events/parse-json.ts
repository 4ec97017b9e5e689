import { isUtf8 } from 'node:buffer'
import { DecodeError } from '../errors.ts'

/** No known sender nests deeper than 20; beyond some 4,000, JSON.stringify overflows the stack. */
const MAX_DEPTH = 1000

/**
 * JSON bytes as a value.
 *
 * @throws DecodeError for bytes that are no UTF-8 (a text made of them would name another object), no JSON, or too deep
 */
export const parseJson = (body: Buffer): unknown => {
  if (!isUtf8(body)) throw new DecodeError('the body is not valid UTF-8')
  const text = body.toString()
  // A value that deep takes two characters a level at least, so the usual notification is never walked.
  if (text.length > 2 * MAX_DEPTH && depthOf(text) > MAX_DEPTH) {
    throw new DecodeError(`the body is nested more than ${MAX_DEPTH} levels deep`)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DecodeError(`the body is not JSON${whereabouts(String(cause))}`)
  }
}

/** V8's message may quote the text around the fault, secrets and all; where it is tells nobody's. */
const whereabouts = (message: string): string => {
  if (message.includes('Unexpected end')) return ': it ends too early'
  const [, position] = /position (\d+)/.exec(message) ?? []
  return position === undefined ? '' : `: look at position ${position}`
}

/** An upper bound: brackets inside strings count too. */
const depthOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at) | 0x20
    if (character === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (character === 0x7d) depth--
  }
  return deepest
}
