import { globMatcher } from '../core/filter.ts'
import { got } from '../process/did-you-mean.ts'
import { ConfigError } from '../process/errors.ts'
import { createRedact } from '../process/secrets.ts'
import type { DeadLetter } from '../relay/dead-letters/describe-dead-letter.ts'
import { handOver } from '../relay/dead-letters/hand-over.ts'
import type { Letters } from '../relay/dead-letters/letter.ts'
import { redriveDeadLetters } from '../relay/dead-letters/redrive-dead-letters.ts'
import { findPlaces, type Place, type Target, targetOf } from './dead-letters-places.ts'
import { type Listed, listText, noId, noIndex, redrivenText } from './dead-letters-text.ts'
import { failureText } from './outcome-text.ts'
import { type DeadLettersLine, parseDeadLettersFlags } from './relay-flags.ts'
import { httpUrlOf, oneOfWords } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const DEFAULT_LIMIT = 20

/**
 * `tidings dead-letters <action>`, on the dead-letter queue of each source, or on the place that a URL names. It writes its
 * results to stdout.
 *
 * @throws UsageError
 */
export const deadLettersCommand = async ({ args, env, stdout, stderr, signal }: Terminal): Promise<ExitCode> => {
  const line = parseDeadLettersFlags(args)
  const run = actionOf(line)
  const secrets: string[] = []
  try {
    const found = findPlaces(line, env)
    secrets.push(...found.secrets)
    const tell = (message: string) => stderr.write(`tidings: ${message}\n`)
    const print = (text: string) => stdout.write(createRedact(secrets)(text))
    return await run({ line, places: found.places, target: () => targetOf(line, env, secrets), signal, tell, print })
  } catch (error) {
    if (error instanceof UsageError) throw error
    stderr.write(createRedact(secrets)(failureText(error, false)))
    return EXIT.failed
  }
}

type Work = {
  readonly line: DeadLettersLine
  readonly places: readonly Place[]
  /** The function that gets the messages. Undefined: they go back to their queues. */
  readonly target: () => Target | undefined
  readonly signal: AbortSignal
  /** Writes a message at once, while the command goes on. */
  readonly tell: (message: string) => void
  readonly print: (text: string) => void
}
type Run = (work: Work) => Promise<ExitCode>

const actionOf = ({ positionals, index, all, match, limit, ...line }: DeadLettersLine): Run => {
  const [action, id, ...more] = positionals
  if (more.length > 0 || (action === 'list' && id !== undefined))
    throw new UsageError('there is an argument after the action that is not a flag: remove it')
  for (const [name, value] of Object.entries({ index, limit })) {
    if (value !== undefined && !/^\d{1,9}$/.test(value))
      throw new UsageError(`--${name} must be a whole number${got(value)}`)
  }
  const isGiven = (value: unknown): boolean => value !== undefined && value !== false
  switch (oneOfWords('action', action, ['list', 'show', 'redrive'])) {
    case 'list':
      return list
    case 'show':
      if ([id, index].filter(isGiven).length !== 1)
        throw new UsageError('name one dead letter: by its id or by --index')
      return show
    case 'redrive':
      if ([id, match, all].filter(isGiven).length !== 1)
        throw new UsageError('choose the dead letters by an id, by --match or by --all, and only one of these')
      if (line.to !== undefined) httpUrlOf('to', line.to)
      return redrive
  }
}

const list: Run = async ({ line, places, signal, print }) => {
  const limit = Number(line.limit ?? DEFAULT_LIMIT)
  const order = line.newest ? 'newest' : 'oldest'
  const listed: Listed[] = []
  for (const { name, open } of places) {
    await open(async (letters) => {
      const { count, skipped, deadLetters } = await pick(letters, limit, order, signal)
      listed.push(
        'queue' in name ? { ...name, count, deadLetters } : { place: letters.name, count, skipped, deadLetters },
      )
    })
  }
  const isOfRelay = places.every(({ name }) => 'queue' in name)
  print(
    line.json
      ? json({ [isOfRelay ? 'queues' : 'places']: listed })
      : listed.map((one) => listText(one, order)).join('\n'),
  )
  return EXIT.done
}

const pick = async (letters: Letters, limit: number, order: 'oldest' | 'newest', signal: AbortSignal) => {
  const deadLetters: DeadLetter[] = []
  let walked = 0
  /** The oldest are there, and how many there are was known before. */
  const isEnough = (): boolean => letters.count !== undefined && order === 'oldest' && deadLetters.length >= limit
  const skipped = isEnough()
    ? 0
    : await letters.walk(async ({ deadLetter }) => {
        walked++
        if (order === 'newest' || deadLetters.length < limit) deadLetters.push(deadLetter)
        if (deadLetters.length > limit) deadLetters.shift()
        return signal.aborted || isEnough() ? 'stop' : 'back'
      })
  return { count: letters.count ?? walked, skipped, deadLetters }
}

const show: Run = async ({ line, places, signal, print }) => {
  const [, id] = line.positionals
  if (id === undefined && places.length > 1)
    throw new ConfigError('AMQP_URL names several queues, and each has this index: give the id, or a single URL')
  let count = 0
  for (const { open } of places) {
    const shown = await open(async (letters) => {
      let found: object | undefined
      await letters.walk(async ({ deadLetter, shown }) => {
        count++
        if (id === undefined ? deadLetter.index === Number(line.index) : isCalled(deadLetter, id)) found = shown()
        return found === undefined && !signal.aborted ? 'back' : 'stop'
      })
      return found
    })
    if (shown === undefined) continue
    // JSON serves people and programs alike.
    print(json(shown))
    return EXIT.done
  }
  print(id === undefined ? noIndex(line.index, count) : noId(id))
  return EXIT.pending
}

const redrive: Run = async ({ line, places, target, signal, tell, print }) => {
  const { json: isJson, dryRun, match, all } = line
  const [, id] = line.positionals
  const matches = match === undefined ? undefined : globMatcher(match)
  const isWanted = (deadLetter: DeadLetter): boolean => {
    if (id !== undefined) return isCalled(deadLetter, id)
    return matches === undefined || matches(deadLetter.eventType ?? '')
  }
  const redriven: DeadLetter[] = []
  const refused: (DeadLetter & { readonly answer: string })[] = []
  const setAside: (DeadLetter & { readonly answer: string })[] = []
  const onRedriven = (one: DeadLetter) => redriven.push(one)
  const onLeft = (one: DeadLetter, answer: string) => refused.push({ ...one, answer })
  const onSetAside = (one: DeadLetter, answer: string) => setAside.push({ ...one, answer })
  const isAny = () => redriven.length + setAside.length + refused.length > 0
  const onBlocked = () => tell(BLOCKED)
  const to = target()
  let left = 0
  let failure: unknown
  for (const { open, relay } of places) {
    const choice = { isWanted, dryRun, signal, onRedriven }
    try {
      if (to !== undefined) await open((letters) => handOver(letters, { ...choice, ...to, onSetAside, onLeft }))
      else if (relay === undefined) throw new UsageError('name the function that gets the messages: --to <url>')
      else await relay.open((queue) => redriveDeadLetters(queue, { ...choice, source: relay.source, onBlocked }))
    } catch (error) {
      // The letters that went to a function before the failure are reported.
      if (to === undefined || !isAny()) throw error
      failure = error
      break
    }
    if (all && !dryRun) left += await open((letters) => countOf(letters, signal))
  }
  if (id !== undefined && !isAny() && !signal.aborted) {
    print(noId(id))
    return EXIT.pending
  }
  const done = {
    redriven,
    dryRun,
    ...(to && { to: to.name, setAside, refused }),
    ...(all && failure === undefined && { left }),
  }
  print(isJson ? json(done) : redrivenText(done))
  if (failure !== undefined) throw failure
  return left + setAside.length + refused.length === 0 && !signal.aborted ? EXIT.done : EXIT.pending
}

const countOf = async (letters: Letters, signal: AbortSignal): Promise<number> =>
  letters.count ?? (await pick(letters, 0, 'oldest', signal)).count

const BLOCKED =
  'the broker has an alarm (it is short of memory or disk space) and accepts no messages: waiting until it is over; Ctrl-C stops'

const isCalled = ({ id, messageId }: DeadLetter, name: string): boolean => name === id || name === messageId

/** JSON itself escapes only the characters before the blank. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`)}\n`
