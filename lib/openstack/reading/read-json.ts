import type { Budget } from '../../process/budget.ts'
import { decompress } from '../../process/decompress.ts'
import { DecodeError, isTidingsError } from '../../process/errors.ts'
import { endOfString, isRawNumber, partsOf, rawNumber } from '../../process/json-text.ts'
import { notJson, utf8Text } from '../../process/parse-json.ts'
import { crypto } from '../../process/secrets.ts'

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
  // If nothing can read it, the last call throws the error that describes it.
  return parsedOrNot(text) ?? linesIn(text, budget) ?? innerJson(text, budget) ?? parsePython(text, 'the body')
}

/**
 * Documents one a line (https://github.com/ndjson/ndjson-spec), as a list. A line that is not JSON becomes an item that cannot be read.
 * It takes as much CPU as a notification, so more lines than a message may have items are not looked at one by one.
 */
const linesIn = (text: string, budget: Budget): PythonJson | undefined => {
  const end = text.indexOf('\n')
  const first = text.slice(0, Math.max(end, 0)).trim()
  if (!first.startsWith('{') || !first.endsWith('}')) return undefined
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const whole = parsedOrNot(`[${lines.join(',')}]`)
  if (whole !== undefined || lines.length > budget.items) return whole
  const items = lines.map((line) => (parsedOrNot(line) === undefined ? JSON.stringify(line) : line))
  return items.some((item, index) => item === lines[index]) ? parsedOrNot(`[${items.join(',')}]`) : undefined
}

const parsedOrNot = (text: string): PythonJson | undefined => {
  try {
    return parsePython(text, 'the body')
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

/** A JSON text that Python wrote, and its value. */
export type PythonJson = {
  readonly text: string
  /** `NaN` and the infinities are null. */
  readonly value: unknown
  /**
   * The same, except that whole numbers that a double cannot hold are `JSON.rawJSON` objects, which `JSON.stringify` prints
   * exactly. This parses the text again, so call it only if there is such a number.
   */
  exactly(): unknown
}

/**
 * @param what the name of the text in an error
 * @throws DecodeError if the text is not JSON
 */
export const parsePython = (text: string, what: string): PythonJson => {
  return jsonOf(text, parse(text, what), what)
}

const jsonOf = (text: string, value: unknown, what: string): PythonJson => ({
  text,
  value,
  exactly: () => parseExactly(text, what),
})

/**
 * The members of an object by name, each with its own text. Of members with the same name the last one counts, as for
 * JSON.parse.
 */
export const membersOf = ({ text }: PythonJson, object: Readonly<Record<string, unknown>>) => {
  const sources = new Map(partsOf(text).map(({ name, source }) => [name, source]))
  return (name: string): PythonJson => jsonOf(sources.get(name) ?? '', object[name], name)
}

/** The items of a list, each with its own text, so that reading one item costs nothing for the others. */
export const itemsOf = ({ text }: PythonJson, list: readonly unknown[]): readonly PythonJson[] =>
  partsOf(text).map(({ source }, index) => jsonOf(source, list[index], `item ${index}`))

const parse = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw notJson(what, cause)
  }
  try {
    return JSON.parse(replaceTokens(text, (token) => (isWord(token) ? 'null' : undefined)))
  } catch (cause) {
    throw notJson(what, cause)
  }
}

/** Long numbers pass JSON.parse as texts with a mark that no sender can know. */
const parseExactly = (text: string, what: string): unknown => {
  const mark = crypto().randomUUID()
  const marked = replaceTokens(text, (token) => {
    if (isWord(token)) return 'null'
    return Number.isSafeInteger(Number(token)) ? undefined : `"${mark}${token}"`
  })
  try {
    return withRawNumbers(JSON.parse(marked), mark)
  } catch (cause) {
    throw notJson(what, cause)
  }
}

/** Words that Python writes and JSON does not allow, and numbers that may be too long for a double. */
const TOKEN = /"|NaN|-?Infinity|-?\d{16,}/g
const isWord = (token: string): boolean => token.endsWith('N') || token.endsWith('y')

/** Replaces the tokens outside of strings. A token stays if `replace` returns undefined for it. */
const replaceTokens = (text: string, replace: (token: string) => string | undefined): string => {
  let result = ''
  let done = 0
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found
    const end = token === '"' ? endOfString(text, found.index) : TOKEN.lastIndex
    const replacement = token === '"' || isPartOfFloat(text, found.index, end) ? undefined : replace(token)
    if (replacement !== undefined) {
      result += text.slice(done, found.index) + replacement
      done = end
    }
    TOKEN.lastIndex = end
  }
  return done === 0 ? text : result + text.slice(done)
}

/** The digits of `0.1234567890123456` and `1e1234567890123456` are not whole numbers. */
const isPartOfFloat = (text: string, start: number, end: number): boolean =>
  FLOAT.has(text[start - 1]) || FLOAT.has(text[end])
const FLOAT = new Set<string | undefined>(['.', 'e', 'E', '+'])

/**
 * Changes the value in place, which no other code has seen yet. Recursion is safe: redactObject has checked the depth before.
 */
const withRawNumbers = (value: unknown, mark: string): unknown => {
  if (typeof value === 'string') return value.startsWith(mark) ? rawNumber(value.slice(mark.length)) : value
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = withRawNumbers(value[index], mark)
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Record<string, unknown> // Any object can be looked up by name.
    for (const name of Object.keys(fields)) fields[name] = withRawNumbers(fields[name], mark)
  }
  return value
}

/**
 * Replaces kombu's typed values by plain ones, at any depth. kombu 5.3 and later write
 * `{"__type__":"uuid","__value__":{"hex":…}}` and the like where earlier releases wrote a text (kombu/utils/json.py), so only
 * v1 bodies have them. A beta of 5.3 wrote `{"bytes":…,"__bytes__":true}`. Bytes that are not text stay in base64.
 */
export const plainTypes = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainTypes)
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return value
  const fields = Object.entries(value)
  if (fields.length === 2) {
    const plain = plainOf(value as Readonly<Record<string, unknown>>) // Any object can be looked up by name.
    if (plain !== undefined) return plain
  }
  return Object.fromEntries(fields.map(([name, member]) => [name, plainTypes(member)]))
}

const SIMPLE = new Set<unknown>(['datetime', 'date', 'time', 'decimal', 'bytes', 'base64'])

const plainOf = (object: Readonly<Record<string, unknown>>): string | undefined => {
  const { __type__: type, __value__: value } = object
  if (SIMPLE.has(type) && typeof value === 'string') return value
  if (type === 'uuid' && typeof value === 'object' && value !== null && 'hex' in value) return dashed(String(value.hex))
  if ((object.__bytes__ === true || object.__base64__ === true) && typeof object.bytes === 'string') return object.bytes
  return undefined
}

const dashed = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
