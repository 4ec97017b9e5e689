import type { DeadLetter } from '../relay/dead-letters/describe-dead-letter.ts'

export type Listed = (
  | { readonly vhost: string; readonly queue: string }
  | {
      readonly place: string
      /** How many entries of the place are not dead letters. */
      readonly skipped: number
    }
) & {
  /** The number of all dead letters. */
  readonly count: number
  /** The oldest dead letters, or the newest. */
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * Dead letters for people to read, two lines each:
 *
 * ```
 * tidings.dead-letters of vhost /: 1 dead letter
 * index  id            time                      tries     size        event type
 * 0      5f0c1d2e3a4b  2026-11-22T08:15:30.123Z  10 tries  3310 bytes  compute.instance.create.end
 *        nova notifications.info: the function answered 503
 * ```
 */
export const listText = (listed: Listed, order: 'oldest' | 'newest' = 'oldest'): string => {
  const { count, deadLetters } = listed
  const place = 'place' in listed ? listed.place : `${listed.queue} of vhost ${listed.vhost}`
  const counted = count === 0 ? 'no dead letters' : count === 1 ? '1 dead letter' : `${count} dead letters`
  const more = deadLetters.length < count ? `, of which the ${order} ${deadLetters.length}` : ''
  const rest =
    'skipped' in listed && listed.skipped > 0 ? `; skipped ${listed.skipped} entries that are not dead letters` : ''
  return [`${place}: ${counted}${more}${rest}`, ...table(deadLetters), ''].map(plain).join('\n')
}

const HEADER = ['index', 'id', 'time', 'tries', 'size', 'event type']

/** A column that has no values is left out. */
const table = (deadLetters: readonly DeadLetter[]): string[] => {
  const rows = deadLetters.map(cellsOf)
  const widths = HEADER.map((name, column) => {
    const lengths = rows.map((row) => row[column]?.length ?? 0)
    return Math.max(...lengths) > 0 ? Math.max(name.length, ...lengths) : 0
  })
  const lineOf = (cells: readonly string[]): string =>
    cells
      .flatMap((cell, column) => (widths[column] ? [cell.padEnd(widths[column])] : []))
      .join('  ')
      .trimEnd()
  return rows.length === 0
    ? []
    : [lineOf(HEADER), ...deadLetters.flatMap((one, row) => [lineOf(rows[row] ?? []), `${INDENT}${reasonText(one)}`])]
}

const cellsOf = ({ index, id, time = 'no time', attempts, bytes, eventType = 'no notification' }: DeadLetter) => {
  const tries = attempts === undefined ? '' : attempts === 1 ? '1 try' : `${attempts} tries`
  return [String(index), id, time, tries, `${bytes} bytes`, eventType]
}

/** To the column of the ids. */
const INDENT = ' '.repeat('index  '.length)

const reasonText = ({ exchange, routingKey, reason, function: name, origin }: DeadLetter): string =>
  [routingKey === undefined ? `${name} ${origin}` : `${exchange || '(default exchange)'} ${routingKey}`, reason]
    .map(oneLine)
    .join(': ')

export type Redriven = {
  readonly redriven: readonly DeadLetter[]
  readonly dryRun: boolean
  /** The function that got them. Absent: they went back to their queues. */
  readonly to?: string | undefined
  /** Those that the function did not take, with its reasons. */
  readonly refused?: readonly (DeadLetter & { readonly answer: string })[]
  /** Those of which the function made dead letters again, with its reasons. */
  readonly setAside?: readonly (DeadLetter & { readonly answer: string })[]
  /** How many are still there after a redrive of all. */
  readonly left?: number
}

export const redrivenText = ({ redriven, dryRun, to, refused = [], setAside = [], left = 0 }: Redriven): string => {
  const verb = to === undefined ? 'put back' : 'handed over'
  const lines = redriven.map(({ id, queue, eventType = 'no notification' }) => `${id}  to ${to ?? queue}  ${eventType}`)
  const stayed = refused.map(({ id, answer }) => `${id}  stays: ${oneLine(answer)}`)
  const again = setAside.map(({ id, answer }) => `${id}  is a dead letter again: ${oneLine(answer)}`)
  const count = `${redriven.length} ${dryRun ? 'would be ' : ''}${verb}`
  // Another run would change nothing for those that the function cannot handle.
  const advice =
    left > setAside.length ? `: run this again to ${to === undefined ? 'put them back' : 'hand them over'}` : ''
  const rest = left === 0 ? [] : [`${left} still among the dead letters${advice}`]
  return [...lines, ...again, ...stayed, count, ...rest, ''].map(plain).join('\n')
}

export const noId = (id: string): string => `no dead letter has the id '${plain(id)}'\n`

export const noIndex = (index: string | undefined, count: number): string =>
  `no dead letter has index ${index}: there are ${count === 0 ? 'no dead letters' : `${count}, 0 to ${count - 1}`}\n`

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** Text from a message must not control the terminal. */
const plain = (text: string): string => text.replaceAll(CONTROL, '�')

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g
