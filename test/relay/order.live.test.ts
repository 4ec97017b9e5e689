// `--ordered`: whatever fails, no message is handed over before those ahead of it are settled.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Invoke, Verdict } from '../../lib/relay/relay-message.ts'
import { consuming, FAST, numbered, openLab, relayOptions, startTestRelay, until } from './rig.ts'

const lab = await openLab()
const { broker, prepare } = lab

const MESSAGES = 40
const ATTEMPTS = 3

/** How the function treats a message: it fails so often, and then takes it; or it throws at first. */
const Behaviour = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ failures: 0, silences: 0 }) },
  { weight: 2, arbitrary: fc.record({ failures: fc.integer({ min: 1, max: ATTEMPTS }), silences: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ failures: fc.constant(0), silences: fc.integer({ min: 1, max: 2 }) }) },
)
type Behaviour = { readonly failures: number; readonly silences: number }

type Call = { readonly body: string; readonly isTaken: boolean }

/** A function that stops at the first message of a batch that it wants again, as ours do. */
const createFunction = (behaviours: readonly Behaviour[]) => {
  const calls: Call[] = []
  const tried = new Map<string, number>()
  const invoke: Invoke = async (messages) => {
    const verdicts: Verdict[] = []
    for (const message of messages) {
      const body = message.body.toString()
      const { failures, silences } = behaviours[Number(body.slice(1)) - 1] ?? { failures: 0, silences: 0 }
      if (verdicts.at(-1)?.type === 'retry') {
        verdicts.push({ type: 'retry', reason: 'a message before it failed' })
        continue
      }
      const before = tried.get(body) ?? 0
      tried.set(body, before + 1)
      if (before < silences) throw new Error('connect ECONNREFUSED')
      const isTaken = before >= silences + failures
      calls.push({ body, isTaken })
      verdicts.push(isTaken ? { type: 'ack' } : { type: 'retry', reason: 'the sink is away' })
    }
    return verdicts
  }
  return { invoke, calls }
}

/**
 * The calls that came too early: a message ahead had neither been taken nor failed for the last time. A cut may let a message come
 * a second time after those behind it; it was settled before them.
 */
const tooEarly = (calls: readonly Call[], bodies: readonly string[]): readonly string[] => {
  const failures = new Map<string, number>()
  let settled = 0
  const isSettled = (body: string) => (failures.get(body) ?? 0) >= ATTEMPTS
  return calls.flatMap(({ body, isTaken }) => {
    const position = bodies.indexOf(body)
    while (isSettled(bodies[settled] ?? '')) settled++
    if (position > settled) return [body]
    if (isTaken && position === settled) settled++
    else failures.set(body, (failures.get(body) ?? 0) + 1)
    return []
  })
}

let count = 0
for (const type of ['quorum', 'classic'] as const) {
  for (const size of [1, 7, 100]) {
    test(`in order on a ${type} queue, in batches of ${size}: no call for a message before those ahead of it are settled`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(Behaviour, { minLength: MESSAGES, maxLength: MESSAGES }), async (behaviours) => {
          const { queue, exchange, source } = await prepare(`order${++count}`, { type })
          const { invoke, calls } = createFunction(behaviours)
          const options = relayOptions(source, {
            batch: { size, lingerMs: 20 },
            concurrency: 1,
            ordered: true,
            retry: { attempts: ATTEMPTS, firstDelayMs: 5, maxDelayMs: 20 },
          })
          const relay = startTestRelay(options, invoke, { ...FAST, pause: { firstMs: 5, maxMs: 10 } })
          await consuming(relay)
          const bodies = numbered('m', MESSAGES)
          await lab.rig.publish(exchange, 'notifications.info', bodies)
          await until('half is handled', () => calls.length > MESSAGES / 2)
          // Redelivers all that is in hand.
          await broker.ctl('close_all_connections', 'a test cuts them')
          await lab.reopen()
          const dead = bodies.filter((_, index) => (behaviours[index]?.failures ?? 0) >= ATTEMPTS)
          await until('all are settled', async () => {
            const depths = [queue.name, `${queue.name}.alone`].map(lab.rig.depth)
            return (await Promise.all(depths)).every((depth) => depth === 0) && relay.source().inFlight === 0
          })
          await relay.stop()
          const letters: string[] = []
          const take = () => lab.rig.take(`${queue.name}.dead-letters`)
          for (let one = await take(); one; one = await take()) letters.push(one.content.toString())

          assert.deepEqual(tooEarly(calls, bodies), [])
          assert.deepEqual([...new Set(calls.map(({ body }) => body))].toSorted(), bodies.toSorted())
          assert.deepEqual([...new Set(letters)], dead)
        }),
        { numRuns: process.env.CHAOS_MESSAGES ? 25 : 3, endOnFailure: true },
      )
    })
  }
}

test('a second relay that keeps the order of a queue waits until the first one is gone', async () => {
  const { source } = await prepare(`order${++count}`)
  const options = relayOptions(source, { concurrency: 1, ordered: true })
  const nobody: Invoke = async (messages) => messages.map(() => ({ type: 'ack' }))
  const first = startTestRelay(options, nobody)
  await until('the first consumes', () => first.source().state === 'consuming')
  const second = startTestRelay(options, nobody)
  await until('the second waits', () => second.lines.some(({ message }) => `${message}`.startsWith('waiting: another')))
  assert.notEqual(second.source().state, 'consuming')
  await first.stop()
  await until('the second consumes', () => second.source().state === 'consuming')
  await second.stop()
})
