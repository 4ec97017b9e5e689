import { hideValue, type Scan } from './hide-value.ts'
import { keyBefore } from './key-before.ts'
import { isSecretName } from './secret-key.ts'
import { backslashesBefore, isBlank, isQuote, skipBlanks } from './value-span.ts'

/** One-letter options that take a password, by the programs that OpenStack's services run. */
const TOOLS: readonly [tool: string, option: string][] = [
  ['ipmitool', 'P'],
  ['sshpass', 'p'],
  ['mysql', 'p'],
  ['mariadb', 'p'],
  ['rabbitmqadmin', 'p'],
  ['docker', 'p'],
  ['podman', 'p'],
  ['redis-cli', 'a'],
  ['ldap', 'w'],
  ['curl', 'u'],
]

/** The one-letter options that take a password, for the programs that the text names. */
const toolOptions = (text: string): string =>
  TOOLS.flatMap(([tool, option]) => (text.includes(tool) ? [option] : [])).join('')

/**
 * Hides the value of `--password x`, of `-P x` for programs that take a password this way, and of `-n
 * node.session.auth.password -v x` (iscsiadm), on a command line or in a list of arguments.
 */
export const hideOption = (scan: Scan, at: number): number => {
  const { text } = scan.view
  if (!/^[\s"'[(,]?$/.test(text[at - 1] ?? '')) return at + 1
  OPTION.lastIndex = at
  const [option] = OPTION.exec(text) ?? []
  if (option === undefined) return at + 1
  const end = at + option.length
  const name = option.replace(/^--?/, '')
  scan.options ??= toolOptions(text)
  const isLetter = scan.options.includes(option.charAt(1))
  if (isLetter && name.length > 1 && !isSecretName(name)) return hideAttached(scan, at + 2, end)
  const from = argumentAfter(text, end)
  const isUser = CURL_USER.test(option) && scan.options.includes('u') && hasColon(text, from)
  if (!isLetter && !isUser && !isSecretName(name) && !followsSecretName(text, at)) return end
  return from === undefined || text[from] === '-' ? end : hideValue(scan, { name: '', quote: '' }, 'secret', from, 1)
}

/** curl's long forms of `-u` and `-U`, which take `user:password`. */
const CURL_USER = /^--(?:proxy-)?user$/

const hasColon = (text: string, from: number | undefined): boolean =>
  from !== undefined && /^\\{0,7}["']?[^\s"']{0,200}:/.test(text.slice(from, from + MAX_USER))

const MAX_USER = 210

const OPTION = /--?[a-z][\w-]{0,79}/iy

/** mysql's `-psecret`. */
const hideAttached = ({ view: { text }, hide }: Scan, start: number, from: number): number => {
  let end = from
  while (end < text.length && !isBlank(text[end]) && !isQuote(text[end])) end++
  if (isQuote(text[end])) end -= backslashesBefore(text, end)
  hide(start, end)
  return end
}

const followsSecretName = (text: string, at: number): boolean => {
  let end = at
  while (at - end < MAX_BETWEEN && /[\s"',\\]/.test(text[end - 1] ?? '')) end--
  const { name } = keyBefore(text, end)
  return !name.startsWith('-') && isSecretName(name)
}

/** `\\\", \\\"` between the items of a list, in JSON inside JSON. */
const MAX_BETWEEN = 16

/** The start of the next argument: after blanks, or in the next item of a list. */
const argumentAfter = (text: string, end: number): number | undefined => {
  if (isBlank(text[end])) return skipBlanks(text, end)
  let at = end
  while (text[at] === '\\') at++
  if (!isQuote(text[at])) return undefined
  const comma = skipBlanks(text, at + 1)
  return text[comma] === ',' ? skipBlanks(text, comma + 1) : undefined
}
