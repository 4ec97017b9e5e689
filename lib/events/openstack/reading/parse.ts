import { notJson } from '../../parse-json.ts'
import { rawNumber } from './raw-number.ts'

/** A JSON text that Python wrote, and what it says. */
export type PythonJson = {
  readonly text: string
  /** `NaN` and the infinities are null. */
  readonly value: unknown
  /**
   * The same, with whole numbers that a double cannot hold kept as they are written: `JSON.rawJSON`, which `JSON.stringify`
   * prints back. Reads the text again, and slowly: for one that is known to hold such a number.
   */
  exactly(): unknown
}

/**
 * @param what the text is called in an error
 * @throws DecodeError for a text that is no JSON
 */
export const parsePython = (text: string, what: string): PythonJson => ({
  text,
  value: parse(text, what, undefined),
  exactly: () => parse(text, what, exact),
})

type Reviver = (key: string, value: unknown, context?: { readonly source: string }) => unknown

const parse = (text: string, what: string, reviver: Reviver | undefined): unknown => {
  try {
    return JSON.parse(text, reviver)
  } catch (cause) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw notJson(what, cause)
    return parseWithoutNonNumbers(text, what, reviver)
  }
}

/** A text in JSON, or one of the words that Python's json puts outside of them. */
const TEXT_OR_WORD = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g

const parseWithoutNonNumbers = (text: string, what: string, reviver: Reviver | undefined): unknown => {
  try {
    return JSON.parse(
      text.replace(TEXT_OR_WORD, (found) => (found.startsWith('"') ? found : 'null')),
      reviver,
    )
  } catch (cause) {
    throw notJson(what, cause)
  }
}

const INTEGER = /^-?\d+$/

const exact: Reviver = (_key, value, context) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && context !== undefined && INTEGER.test(context.source)
    ? rawNumber(context.source)
    : value
