import { inspect, styleText } from 'node:util'
import type { ServingReport } from './serve-worker.ts'
import { printable } from './terminal.ts'

const SAMPLES = {
  ceph: 'ceph ObjectCreated:Put --bucket photos --key in/a.jpg',
  openstack: 'openstack compute.instance.create.end',
} as const

/** Tells a person where functions are served and how to try one. */
export const servingText = ({ port, names, product }: ServingReport, watch: boolean): string => {
  const origin = `http://127.0.0.1:${port}`
  const places = names.map((name) => ({ name, url: names.length === 1 ? origin : `${origin}/${name}` }))
  const to = places[0]?.url === 'http://127.0.0.1:8080' ? '' : ` --to ${places[0]?.url}`
  return [
    ...places.map(({ name, url }) => `${name} is served at ${styleText('bold', url)}`),
    `Try it: ${styleText('bold', `npx --no-install tidings send ${SAMPLES[product]}${to}`)}`,
    `${watch ? 'A changed file is loaded at once. ' : ''}Ctrl-C ends it.`,
  ].join('\n')
}

type LogLine = Readonly<Record<string, unknown>> & {
  readonly time: string
  readonly level: string
  readonly name: string
  readonly message: string
}

const COLORS = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const

/** A log line as text for a person, in colours unless NO_COLOR is set. Other lines stay as they are. */
export const prettyLine = (line: string): string => {
  const parsed = parse(line)
  if (parsed === undefined) return line
  const { time, level, name, message, error, ...fields } = parsed
  const color = COLORS[level as keyof typeof COLORS] ?? 'white'
  const details = Object.entries(fields).map(([field, value]) => ` ${styleText('gray', `${field}=`)}${shown(value)}`)
  const clock = styleText('gray', new Date(time).toTimeString().slice(0, 8))
  return `${clock} ${styleText(color, level.padEnd(5))} ${printable(`${name}: ${message}`)}${details.join('')}${printable(causes(error))}`
}

const parse = (line: string): LogLine | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return isLogLine(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isLogLine = (value: unknown): value is LogLine =>
  typeof value === 'object' &&
  value !== null &&
  ['time', 'level', 'name', 'message'].every((field) => field in value && typeof Reflect.get(value, field) === 'string')

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[^\s\p{Cc}]+$/u.test(value)
    ? value
    : inspect(value, { breakLength: Infinity, depth: 4 })

/** An error and its causes, a line each; the stack of the last, which is where it began. */
const causes = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return error === undefined ? '' : `\n  ${error}`
  const { name, code, message, cause, stack } = error as Readonly<Record<string, unknown>>
  const own = cause === undefined && typeof stack === 'string' ? stack : `${code ?? name}: ${message}`
  return `\n${own.replaceAll(/^/gm, '  ')}${causes(cause)}`
}
