import type { DeadLetter } from '../relay/dead-letters/describe-dead-letter.ts'

export type Listed = {
  readonly vhost: string
  readonly queue: string
  /** The number of all dead letters. */
  readonly count: number
  /** The oldest dead letters. */
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * Dead letters for people to read, two lines each:
 *
 * ```
 * tidings.dead-letters of vhost /: 1
 * 0  5f0c1d2e3a4b  2026-11-22T08:15:30.123Z  10 tries  3310 bytes  compute.instance.create.end
 *    nova notifications.info: the function answered 503
 * ```
 */
export const listText = ({ vhost, queue, count, deadLetters }: Listed): string => {
  const more = deadLetters.length < count ? `, of which the oldest ${deadLetters.length}` : ''
  return [`${queue} of vhost ${vhost}: ${count}${more}`, ...deadLetters.map(deadLetterText), ''].map(plain).join('\n')
}

const deadLetterText = (deadLetter: DeadLetter): string => {
  const { index, id, time = 'no time', attempts, bytes, eventType = 'no notification' } = deadLetter
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`
  return `${index}  ${id}  ${time}  ${tries}  ${bytes} bytes  ${eventType}${SECOND_LINE}${reasonText(deadLetter)}`
}

const SECOND_LINE = '\n   '

const reasonText = ({ exchange, routingKey, reason }: DeadLetter): string =>
  [`${exchange || '(default exchange)'} ${routingKey}`, reason].map(oneLine).join(': ')

/** @param left how many are still there after a redrive of all */
export const redrivenText = (redriven: readonly DeadLetter[], dryRun: boolean, left = 0): string => {
  const lines = redriven.map(({ id, queue, eventType = 'no notification' }) => `${id}  to ${queue}  ${eventType}`)
  const count = `${redriven.length} ${dryRun ? 'would be put back' : 'put back'}`
  const rest = left === 0 ? [] : [`${left} still among the dead letters: run this again to put them back`]
  return [...lines, count, ...rest, ''].map(plain).join('\n')
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** Text from a message must not control the terminal. */
const plain = (text: string): string => text.replaceAll(CONTROL, '�')

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g
