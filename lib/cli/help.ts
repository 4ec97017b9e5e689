import type { Setting, Table } from '../process/settings.ts'
import { RELAY_SETTINGS, SWITCHES } from '../relay/settings/relay-settings.ts'
import { BROKER_SETTINGS, flagOf, SOURCE_SETTINGS } from '../relay/settings/source-settings.ts'

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

export const RELAY_USAGE = `Usage: tidings relay [options]
       tidings relay --help`

export const DEAD_LETTERS_USAGE = `Usage: tidings dead-letters list|show|redrive [options]
       tidings dead-letters --help`

const { RELAY_QUEUE, RELAY_QUEUE_DECLARED, ...OTHER_SOURCE_SETTINGS } = SOURCE_SETTINGS
const { FUNCTION, RELAY_INVOKE, RELAY_INVOKE_TIMEOUT_MS, ...OTHER_RELAY_SETTINGS } = RELAY_SETTINGS

const SOURCE_OPTIONS = `${flagLines(BROKER_SETTINGS)}
                                 Others see it in the list of processes, so better use AMQP_URL or AMQP_URL_FILE.
${flagLines({ RELAY_QUEUE, RELAY_QUEUE_DECLARED })}`

export const RELAY_HELP = `${RELAY_USAGE}

Takes messages from RabbitMQ, hands them to a function, and acks those that the function has handled. Runs until it is stopped.
Each option is also a variable (docs/configuration.md).

Where the messages come from (these can stand in the query of a URL too):
${SOURCE_OPTIONS}
${flagLines(OTHER_SOURCE_SETTINGS)}

Where they go:
${flagLines({ FUNCTION, RELAY_INVOKE, RELAY_INVOKE_TIMEOUT_MS })}

How they are handled:
${flagLines(OTHER_RELAY_SETTINGS)}
  -h, --help

Exit code: 0 it was stopped; 1 it cannot work, and waiting would not help.
`

export const DEAD_LETTERS_HELP = `${DEAD_LETTERS_USAGE}

Actions:
  list                          print the oldest dead letters
  show <id> | --index <n>       print one of them with its body, without OpenStack's secrets
  redrive <id> | --match <glob> | --all
                                put them back into the queue that they came from, as if they had never been tried,
                                or hand their messages to the function of --to;
                                --match compares the event type: * stands for any text, ? for any character

Options:
      --from <url>               where they are: a file:, kafka: or redis: URL as in DEAD_LETTER_URL, or
                                 amqp://…?queue=<name>. Default: the dead-letter queue of a relay, or DEAD_LETTER_URL
                                 if no broker is set. Those of an http:, nats: or arn: sink cannot be read
      --to <url>                 for redrive: the address of a function, which gets the messages by HTTP
      --token-file <file>        the token for --to. Default: its user and password, or the first of AUTH_TOKENS
      --json                     print JSON
      --limit <n>                for list: how many. Default: 20
      --newest                   for list: the newest instead of the oldest
      --dry-run                  for redrive: only print which ones would go
${SOURCE_OPTIONS}
      --ca-file, --cert-file, --key-file, --server-name, --heartbeat-seconds   as for tidings relay
  -h, --help

Exit code: 0 done; 1 it failed; 2 no dead letter has this id or index, or some are left.
`
