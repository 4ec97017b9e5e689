import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eachLine } from '../../each-line.ts'
import { addFault, addStatus, addTime, type Figures, newFigures, peakOf } from './figures.ts'
import { startGatewayStandIn } from './gateway-stand-in.ts'
import { faultsOfAnswer, faultsOfEvent, faultsOfLog, kindOfLine, secretsIn } from './judge.ts'
import type { Reply } from './reply.ts'
import { type Invocation, invocation } from './requests.ts'
import { ENVIRONMENT } from './secrets.ts'

const target = fileURLToPath(new URL('./target.ts', import.meta.url))
const AT_ONCE = 32
const MAX_CPU_MS = 1000
const MAX_MIB = 512

type Asked = Omit<Invocation, 'event'>

/** What one call brought: three parts that come by three ways. */
type Result = { reply?: Reply; events?: readonly string[]; log?: readonly string[] }

/** Calls the functions in a process of their own, without a host, and judges each call. */
export const runDirect = async (count: number, seed: number, from = 0): Promise<Figures> => {
  const figures = newFigures()
  const gateway = await startGatewayStandIn()
  const child = fork(target, {
    env: {
      PATH: process.env.PATH,
      ...ENVIRONMENT,
      RGW_ENDPOINT: gateway.url,
      RGW_ATTEMPTS: '1',
      CLAIMS_URL: 'none:',
      LOG_LEVEL: 'debug',
      DEAD_LETTER_URL: 'log:',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the functions' process ended: ${signal ?? code}; the last calls were up to ${next - 1}`)
  })
  exited.catch(() => {})
  const results = new Map<number, Result>()
  const waiting = new Map<number, Asked>()
  let next = from
  let done = 0
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const started = Date.now()

  const sendNext = (): void => {
    if (next >= from + count) return
    const index = next++
    const { event: _made, ...asked } = invocation(seed, index)
    waiting.set(index, asked)
    // It makes the event itself: some are nested too deeply to be sent.
    child.send({ seed, index })
  }
  const add = (index: number, part: Result): void => {
    const result = { ...results.get(index), ...part }
    results.set(index, result)
    const asked = waiting.get(index)
    const { reply, events, log } = result
    if (asked === undefined || reply === undefined || events === undefined || log === undefined) return
    results.delete(index)
    waiting.delete(index)
    judge(figures, asked, { reply, events, log })
    done++
    if (done === count) finish()
    else sendNext()
  }

  collect(child.stdout, (index, events) => add(index, { events }))
  collect(child.stderr, (index, log) => add(index, { log }))
  await Promise.race([once(child, 'message'), exited])
  child.on('message', (reply: Reply) => add(reply.index, { reply }))
  for (let each = 0; each < AT_ONCE; each++) sendNext()
  await Promise.race([finished, exited])

  figures.seconds = (Date.now() - started) / 1000
  figures.peakMiB = peakOf(child.pid)
  if (figures.peakMiB > MAX_MIB) addFault(figures, `more than ${MAX_MIB} MiB`, -1)
  child.disconnect()
  child.kill()
  gateway.close()
  return figures
}

/** The lines of an output, call by call. */
const collect = (stream: ChildProcess['stdout'], take: (index: number, lines: readonly string[]) => void): void => {
  let lines: string[] = []
  if (stream === null) throw new RangeError('the output is not a pipe')
  eachLine(stream, (line) => {
    const [, index] = /^\{"fuzzed":(\d+)\}$/.exec(line) ?? []
    if (index === undefined) {
      lines.push(line)
      return
    }
    take(Number(index), lines)
    lines = []
  })
}

const judge = (figures: Figures, asked: Asked, { reply, events, log }: Required<Result>): void => {
  const { index, cpuMs, result, thrown } = reply
  const letters = log.filter((line) => kindOfLine(line) === 'dead letter')
  figures.requests++
  figures.events += events.length
  figures.deadLetters += letters.length
  addTime(figures, cpuMs, index)
  const faults = [
    ...events.flatMap(faultsOfEvent),
    ...log.flatMap(faultsOfLog),
    ...faultsOfResult(asked, result),
    ...(thrown === undefined ? [] : faultsOfThrown(thrown)),
    ...(cpuMs > MAX_CPU_MS ? [`a call takes more than ${MAX_CPU_MS} ms of CPU`] : []),
    ...(events.length + letters.length > asked.mostOutputs ? ['more outputs than the input has room for'] : []),
    ...(asked.events !== undefined && asked.events !== events.length
      ? [`an intact notification gives ${events.length} events`]
      : []),
  ]
  addStatus(figures, thrown === undefined ? statusOf(result) : `error ${String(thrown.code)}`)
  for (const fault of faults) addFault(figures, fault, index)
}

const statusOf = (result: unknown): string => {
  const { statusCode, outcome, batchItemFailures } = (result ?? {}) as Record<string, unknown> // Whatever a family answers.
  if (typeof statusCode === 'number') return String(statusCode)
  if (Array.isArray(batchItemFailures)) return batchItemFailures.length === 0 ? 'all handled' : 'some to be sent again'
  return typeof outcome === 'string' ? outcome : 'nothing'
}

const faultsOfResult = ({ name }: Asked, result: unknown): readonly string[] => {
  if (result === undefined) return []
  const { statusCode, body = '' } = result as { readonly statusCode?: unknown; readonly body?: unknown } // As above.
  if (typeof statusCode === 'number') return faultsOfAnswer(statusCode, String(body), name === 'ceph-provisioner')
  const isAgain = statusOf(result) === 'some to be sent again'
  return [
    ...secretsIn(JSON.stringify(result), 'an answer'),
    ...(isAgain ? ['a message has to come again, for ever'] : []),
  ]
}

const faultsOfThrown = ({ code, text }: NonNullable<Reply['thrown']>): readonly string[] => [
  ...secretsIn(text, 'an error'),
  ...(typeof code === 'string' && code !== 'internal_error' ? [] : [`an error without a code: ${text.slice(0, 200)}`]),
]
