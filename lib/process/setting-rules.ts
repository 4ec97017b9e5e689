import type { Rule } from './settings.ts'

export const HOUR_MS = 3_600_000

export const wholeNumber = (least: number, most: number): Rule<number> => ({
  expected: `a whole number from ${least} to ${most}`,
  read: (text) => (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined),
})

export const trueOrFalse: Rule<boolean> = {
  expected: 'true or false',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
}

export const oneOf = <const Value extends string>(...values: readonly Value[]): Rule<Value> => ({
  expected: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
  read: (text) => values.find((value) => value === text),
})

/** A URL may hold a password, so that no message shows it. */
export const urlOf = (schemes: readonly string[], example: string): Rule<URL> => ({
  expected: `a URL such as ${example}`,
  read: (text) => {
    const url = URL.parse(text)
    return url !== null && schemes.includes(url.protocol) ? url : undefined
  },
  mayHoldSecret: true,
})

export const text: Rule<string> = { expected: 'a text', read: (given) => given }

/** Items are separated by commas. */
export const list: Rule<readonly string[]> = {
  expected: 'a list separated by commas',
  read: (given) => itemsOf(given, ','),
}

export const secret: Rule<string> = { ...text, isSecret: true }

/** Several secrets, separated by commas or line ends. */
export const secrets: Rule<readonly string[]> = {
  expected: 'secrets separated by commas or line ends',
  read: (given) => itemsOf(given, /[,\r\n]/),
  isSecret: true,
}

const itemsOf = (given: string, separator: string | RegExp): readonly string[] =>
  given
    .split(separator)
    .map((item) => item.trim())
    .filter(Boolean)
