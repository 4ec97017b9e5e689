import type { Budget } from '../../process/budget.ts'
import { decompress } from '../../process/decompress.ts'
import { isTidingsError } from '../../process/errors.ts'
import { utf8Text } from '../../process/parse-json.ts'
import { type PythonJson, parsePython } from './parse.ts'

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
