import { AsyncLocalStorage } from 'node:async_hooks'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { DeadLetterData } from '../core/dead-letter.ts'
import type { Delivery, Outcome } from '../core/delivery.ts'
import { doorOf } from '../core/door.ts'
import { outcomeOf } from '../core/verdicts.ts'
import { type FunctionHandler, invoke } from '../kit/function.ts'
import { type Capture, capturesOf } from '../process/capture.ts'

/** How a function is run. */
export type RunOptions = {
  /**
   * Variables of the environment for this run. A function reads its settings at its first run only, so give the same to every run of one
   * function.
   */
  readonly env?: Readonly<Record<string, string>>
  /** Aborts the run, as a platform does shortly before it stops a function. */
  readonly signal?: AbortSignal
}

/** One line of a function's log. */
export type LogEntry = {
  readonly level: string
  readonly name: string
  readonly message: string
} & Readonly<Record<string, unknown>>

/** The result of a run. */
export type RunResult = {
  /** The outcome of the first notification. */
  readonly outcome: Outcome
  /** The outcome of each notification, in the order given. */
  readonly outcomes: readonly Outcome[]
  /** The events that the function was run for: those that no filter left out. */
  readonly events: readonly CloudEvent[]
  /** The events that went to the sink `log:`, which is the default: of a function without a handler, or returned by a handler. */
  readonly sent: readonly CloudEvent[]
  readonly logs: readonly LogEntry[]
  readonly deadLetters: readonly CloudEvent<DeadLetterData>[]
}

/**
 * Runs a function with notifications, all in one batch, and returns their outcomes. It prints nothing and needs no token. Events that
 * the function sends to a sink other than `log:` are really sent.
 *
 * ```ts
 * const { outcome, logs } = await run(handler, cephSample('ObjectCreated:Put', { key: 'in/a.jpg' }))
 * assert.equal(outcome.type, 'ack')
 * ```
 *
 * @param notifications samples, or notifications of your own: objects, which are sent as JSON, or texts and bytes, which are sent as they
 *   are
 * @throws ConfigError where the environment does not describe a working setup
 */
export const run = async (
  handler: FunctionHandler,
  notifications: Notification | readonly Notification[],
  { env = {}, signal = new AbortController().signal }: RunOptions = {},
): Promise<RunResult> => {
  if (typeof handler !== 'function')
    throw new TypeError('the first argument must be a function made by ceph() or openstack()')
  const given = isList(notifications) ? notifications : [notifications]
  if (given.some((notification) => notification === undefined || notification === null))
    throw new TypeError('the second argument must be a notification, or a list of notifications: see cephSample()')
  const deliveries = given.map(toDelivery)
  const capture = createCapture()
  const outcomes = await captures.run(capture, () => withEnvironment(env, () => deliver(handler, deliveries, signal)))
  const [outcome] = outcomes
  if (outcome === undefined) throw new TypeError('give at least one notification')
  return { outcome, outcomes, ...capture.result() }
}

/** An object, which is sent as JSON, or a text or bytes, which are sent as they are. */
export type Notification = object | string | Uint8Array

const captures = capturesOf(() => new AsyncLocalStorage<Capture>())

const isList = (given: Notification | readonly Notification[]): given is readonly Notification[] => Array.isArray(given)

const toDelivery = (notification: Notification): Delivery => ({
  body:
    typeof notification === 'string' || notification instanceof Uint8Array
      ? Buffer.from(notification)
      : Buffer.from(JSON.stringify(notification)),
  headers: {},
  origin: { kind: 'direct' },
})

/** A function that middlewares of others surround has no door: they want the event of a platform. */
const deliver = async (
  handler: FunctionHandler,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> => {
  const door = doorOf(handler)
  if (door !== undefined) return door.deliver(deliveries, signal)
  const outcomes: Outcome[] = []
  for (const { body } of deliveries) outcomes.push(await invoked(handler, body))
  return outcomes
}

const invoked = async (handler: FunctionHandler, body: Buffer): Promise<Outcome> => {
  try {
    const reply = await invoke(handler, JSON.parse(body.toString()), { functionName: 'test' })
    const events = typeof reply === 'object' && reply !== null && 'events' in reply ? reply.events : []
    return { type: 'ack', events: Array.isArray(events) ? events : [], faults: [], dropped: [] }
  } catch (error) {
    return outcomeOf(error)
  }
}

const withEnvironment = async <Result>(
  env: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> => {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, env)
  try {
    return await work()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

const STDOUT = 1

const createCapture = () => {
  const events: CloudEvent[] = []
  const sent: CloudEvent[] = []
  const errors: Readonly<Record<string, unknown>>[] = []
  return {
    handOn: (handed: readonly unknown[]) => events.push(...(handed as readonly CloudEvent[])),
    write: (fileDescriptor: number, lines: string) => {
      const parsed = lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      if (fileDescriptor === STDOUT) sent.push(...parsed)
      else errors.push(...parsed)
    },
    result: () => ({
      events,
      sent,
      // Both are lines of JSON on stderr. An event has a specversion.
      logs: errors.filter((line) => !('specversion' in line)) as LogEntry[],
      deadLetters: errors.filter((line) => 'specversion' in line) as unknown as CloudEvent<DeadLetterData>[],
    }),
  }
}
