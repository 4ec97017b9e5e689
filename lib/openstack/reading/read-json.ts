import type { Budget } from '../../process/budget.ts'
import { decompress } from '../../process/decompress.ts'
import { DecodeError, isTidingsError } from '../../process/errors.ts'
import { utf8Text } from '../../process/parse-json.ts'
import { type PythonJson, parsePython } from './python-json.ts'

/**
 * Parses the bytes of a message. oslo.messaging compresses them if kombu_compression is set. Only a header tells this, and
 * most relays drop it, so the first bytes decide. A `content-encoding: utf-8` is ignored. Lines of JSON, as log shippers send
 * them, become a list. A connector can send everything in base64.
 *
 * @throws DecodeError if the bytes are not JSON, or cannot be decompressed within the budget
 */
export const jsonIn = (body: Buffer, budget: Budget): PythonJson => {
  if (body.length === 0) throw new DecodeError('the body is empty: expected a notification in JSON')
  const text = utf8Text(decompress(body, budget))
  try {
    return parsePython(text, 'the body')
  } catch (error) {
    const other = linesIn(text) ?? innerJson(text, budget)
    if (other === undefined) throw error
    return other
  }
}

/** Documents one a line (https://github.com/ndjson/ndjson-spec), as a list. */
const linesIn = (text: string): PythonJson | undefined => {
  const end = text.indexOf('\n')
  const first = text.slice(0, Math.max(end, 0)).trim()
  if (!first.startsWith('{') || !first.endsWith('}')) return undefined
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  try {
    return parsePython(`[${lines.join(',')}]`, 'the body')
  } catch {
    return undefined
  }
}

/** The JSON document in a text, plain or in base64. Undefined if there is none. */
export const innerJson = (text: string, budget: Budget): PythonJson | undefined => {
  try {
    if (JSON_START.test(text)) return parsePython(text, 'a text')
    return text.length >= MIN_BASE64 && !NO_BASE64.test(text) ? fromBase64(text, budget) : undefined
  } catch (error) {
    if (isTidingsError(error)) return undefined
    throw error
  }
}

const fromBase64 = (text: string, budget: Budget): PythonJson | undefined => {
  const plain = utf8Text(decompress(Buffer.from(text, 'base64'), budget))
  return JSON_START.test(plain) ? parsePython(plain, 'a text') : undefined
}

/** Objects, lists, and texts that contain them. */
const JSON_START = /^\s*["[{]/

const MIN_BASE64 = 16
const NO_BASE64 = /[^\w+/=\r\n-]/
