import { globMatcher } from '../core/filter.ts'
import { ConfigError } from '../process/errors.ts'
import { createRedact } from '../process/secrets.ts'
import { type DeadLetterQueue, withDeadLetters } from '../relay/dead-letters/dead-letters.ts'
import {
  type DeadLetter,
  type ShownDeadLetter,
  showDeadLetter,
  toDeadLetter,
} from '../relay/dead-letters/describe-dead-letter.ts'
import { redriveDeadLetters } from '../relay/dead-letters/redrive-dead-letters.ts'
import type { Source } from '../relay/options.ts'
import { toVariables } from '../relay/settings/relay-config.ts'
import { readSources } from '../relay/settings/source-config.ts'
import { type Listed, listText, redrivenText } from './dead-letters-text.ts'
import { failureText } from './failure-text.ts'
import { type DeadLettersLine, parseDeadLettersFlags } from './relay-flags.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const DEFAULT_LIMIT = 20

/**
 * `tidings dead-letters <action>`, on the dead-letter queue of each source. It writes its results to stdout.
 *
 * @throws UsageError
 */
export const deadLettersCommand = async ({ args, env, stdout, stderr, signal }: Terminal): Promise<ExitCode> => {
  const line = parseDeadLettersFlags(args)
  const run = actionOf(line)
  const secrets: string[] = []
  try {
    const sources = readSources(env, toVariables(line.flags))
    secrets.push(...sources.map(({ password }) => password))
    const tell = (message: string) => stderr.write(`tidings: ${message}\n`)
    const { text, code } = await run({ line, sources, signal, tell })
    stdout.write(createRedact(secrets)(text))
    return code
  } catch (error) {
    stderr.write(createRedact(secrets)(failureText(error, false)))
    return EXIT.failed
  }
}

type Work = {
  readonly line: DeadLettersLine
  readonly sources: readonly Source[]
  readonly signal: AbortSignal
  /** Writes a message at once, while the command goes on. */
  readonly tell: (message: string) => void
}
type Done = { readonly text: string; readonly code: ExitCode }

const actionOf = ({ positionals, index, all, match, limit }: DeadLettersLine): ((work: Work) => Promise<Done>) => {
  const [action, id, ...more] = positionals
  if (more.length > 0 || (action === 'list' && id !== undefined))
    throw new UsageError('there is an argument after the action that is not a flag: remove it')
  for (const [name, value] of Object.entries({ index, limit })) {
    if (value !== undefined && !/^\d{1,9}$/.test(value)) throw new UsageError(`--${name} must be a whole number`)
  }
  const isGiven = (value: unknown): boolean => value !== undefined && value !== false
  switch (action) {
    case 'list':
      return list
    case 'show':
      if ([id, index].filter(isGiven).length !== 1)
        throw new UsageError('name one dead letter: by its id or by --index')
      return show
    case 'redrive':
      if ([id, match, all].filter(isGiven).length !== 1)
        throw new UsageError('choose the dead letters by an id, by --match or by --all, and only one of these')
      return redrive
    default:
      throw new UsageError(
        `${action === undefined ? 'the action is missing' : 'unknown action'}: use one of list, show, redrive`,
      )
  }
}

const list = async ({ line, sources, signal }: Work): Promise<Done> => {
  const limit = Number(line.limit ?? DEFAULT_LIMIT)
  const listed: Listed[] = []
  for (const source of sources) {
    await withDeadLetters(source, async (queue) => {
      listed.push({ ...placeOf(source, queue), deadLetters: await oldest(queue, source, limit, signal) })
    })
  }
  return { text: line.json ? json({ queues: listed }) : listed.map(listText).join('\n'), code: EXIT.done }
}

const oldest = async (
  queue: DeadLetterQueue,
  source: Source,
  limit: number,
  signal: AbortSignal,
): Promise<readonly DeadLetter[]> => {
  const found: DeadLetter[] = []
  if (limit === 0) return found
  await queue.walk(async (message, index) => {
    found.push(toDeadLetter(message, index, source))
    return found.length < limit && !signal.aborted ? 'back' : 'stop'
  }, 1)
  return found
}

const show = async ({ line, sources, signal }: Work): Promise<Done> => {
  const [, id] = line.positionals
  if (id === undefined && sources.length > 1)
    throw new ConfigError('AMQP_URL names several queues, and each has this index: give the id, or a single URL')
  for (const source of sources) {
    const shown = await withDeadLetters(source, async (queue) => {
      let found: ShownDeadLetter | undefined
      await queue.walk(async (message, index) => {
        const deadLetter = toDeadLetter(message, index, source)
        if (id === undefined ? index === Number(line.index) : isCalled(deadLetter, id))
          found = showDeadLetter(message, deadLetter)
        return found === undefined && !signal.aborted ? 'back' : 'stop'
      }, 1)
      return found
    })
    // JSON serves people and programs alike.
    if (shown !== undefined) return { text: json(shown), code: EXIT.done }
  }
  return NOT_THERE
}

const redrive = async ({ line, sources, signal, tell }: Work): Promise<Done> => {
  const { json: isJson, dryRun, match, all } = line
  const [, id] = line.positionals
  const matches = match === undefined ? undefined : globMatcher(match)
  const isWanted = (deadLetter: DeadLetter): boolean => {
    if (id !== undefined) return isCalled(deadLetter, id)
    return matches === undefined || matches(deadLetter.eventType ?? '')
  }
  const redriven: DeadLetter[] = []
  const onRedriven = (one: DeadLetter) => redriven.push(one)
  const onBlocked = () => tell(BLOCKED)
  let left = 0
  for (const source of sources) {
    await withDeadLetters(source, (queue) =>
      redriveDeadLetters(queue, { source, isWanted, dryRun, signal, onRedriven, onBlocked }),
    )
    if (all && !dryRun) left += await withDeadLetters(source, async ({ count }) => count)
  }
  if (id !== undefined && redriven.length === 0 && !signal.aborted) return NOT_THERE
  const isAll = left === 0 && !signal.aborted
  return {
    text: isJson ? json({ dryRun, redriven, ...(all && { left }) }) : redrivenText(redriven, dryRun, left),
    code: isAll ? EXIT.done : EXIT.pending,
  }
}

const BLOCKED =
  'the broker has an alarm (it is short of memory or disk space) and accepts no messages: waiting until it is over; Ctrl-C stops'

const NOT_THERE: Done = { text: 'no dead letter has this id or index\n', code: EXIT.pending }

const isCalled = ({ id, messageId }: DeadLetter, name: string): boolean => name === id || name === messageId

const placeOf = ({ vhost }: Source, { name, count }: DeadLetterQueue) => ({ vhost, queue: name, count })

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
