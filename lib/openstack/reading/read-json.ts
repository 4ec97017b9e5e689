import type { Budget } from '../../process/budget.ts'
import { decompress } from '../../process/decompress.ts'
import { DecodeError, isTidingsError } from '../../process/errors.ts'
import { utf8Text } from '../../process/parse-json.ts'
import { type PythonJson, parsePython } from './python-json.ts'

/**
 * The document in a message's bytes. With kombu_compression set, oslo.messaging compresses them, and only a header says so that most
 * relays drop, so compressed bytes are recognized by how they begin. A `content-encoding: utf-8` means nothing. Lines of JSON, as
 * log shippers send them, are a list; a connector may send it all in base64.
 *
 * @throws DecodeError for bytes that are no JSON, or cannot be decompressed within the budget
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

/** One document a line (https://github.com/ndjson/ndjson-spec), as a list of them. */
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

/** The JSON document that a text holds, as it is or in base64. Undefined where it holds none. */
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

/** Objects, lists, and texts in which they are. */
const JSON_START = /^\s*["[{]/

const MIN_BASE64 = 16
const NO_BASE64 = /[^\w+/=\r\n-]/
