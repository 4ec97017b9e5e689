import type { Setting, Table } from '../process/settings.ts'
import { SWITCHES } from '../relay/settings/relay-settings.ts'
import { flagOf } from '../relay/settings/source-settings.ts'

const FLAG_COLUMN = 6
const TEXT_COLUMN = 33
const WIDTH = 120

/** The lines of a help text about the flags of the relay, from the tables of its settings. Secrets have no flag but `--url`. */
export const flagLines = (table: Table): string =>
  Object.entries(table)
    .filter(([name, { rule }]) => !rule.isSecret || name === 'AMQP_URL')
    .map(([name, setting]) => flagLine(name, setting))
    .join('\n')

const flagLine = (name: string, setting: Setting): string => {
  const flag = flagOf(name)
  const head = `${' '.repeat(FLAG_COLUMN)}--${SWITCHES.includes(flag) ? flag : `${flag} <${placeholder(name, setting)}>`}`
  const [first = '', ...more] = wrapped(textOf(name, setting), WIDTH - TEXT_COLUMN)
  const start = head.length < TEXT_COLUMN - 1 ? [head.padEnd(TEXT_COLUMN) + first] : [head, indented(first)]
  return [...start, ...more.map(indented)].join('\n')
}

const indented = (line: string): string => ' '.repeat(TEXT_COLUMN) + line

const placeholder = (name: string, { default: value }: Setting): string => {
  const [, unit] = /_(MS|FILE|URL)$/.exec(name) ?? []
  return unit?.toLowerCase() ?? (typeof value === 'number' ? 'n' : 'value')
}

const textOf = (name: string, { rule, meaning, default: value, otherwise }: Setting): string => {
  const choice = typeof value === 'string' && / or /.test(rule.expected) ? ` It must be ${rule.expected}.` : ''
  const standard = value === undefined ? otherwise : String(value).replaceAll(',', ', ')
  const isTold = standard !== undefined && !SWITCHES.includes(flagOf(name))
  return `${meaning}${choice}${isTold ? ` Default: ${standard}` : ''}`.replaceAll('`', '')
}

const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
