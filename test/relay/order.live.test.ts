// `--ordered`: whatever fails, no message is handed over before those ahead of it are settled.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Invoke, Verdict } from '../../lib/relay/message.ts'
import { type RabbitMQ, startRabbitMQ } from '../services/rabbitmq.ts'
import {
  FAST,
  numbered,
  openRig,
  ownQueue,
  type Rig,
  relayOptions,
  sourceAt,
  startTestRelay,
  stopRelays,
  until,
} from './rig.ts'

let broker: RabbitMQ
let rig: Rig

before(async () => {
  broker = await startRabbitMQ()
  rig = await openRig(broker.url)
})
after(async () => {
  await stopRelays()
  await rig.close()
  await broker.stop()
})

const MESSAGES = 40
const ATTEMPTS = 3

/** What the function does with a message: fails so often, and then takes it; or throws at first. */
const Behaviour = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ failures: 0, silences: 0 }) },
  { weight: 2, arbitrary: fc.record({ failures: fc.integer({ min: 1, max: ATTEMPTS }), silences: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ failures: fc.constant(0), silences: fc.integer({ min: 1, max: 2 }) }) },
)
type Behaviour = { readonly failures: number; readonly silences: number }

/** A function that stops at the first message of a batch that it wants again, as ours do. */
const createFunction = (behaviours: readonly Behaviour[]) => {
  const calls: string[] = []
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
      calls.push(body)
      verdicts.push(before < silences + failures ? { type: 'retry', reason: 'the sink is away' } : { type: 'ack' })
    }
    return verdicts
  }
  return { invoke, calls }
}

/** Equal neighbours once. */
const squeezed = (items: readonly string[]) => items.filter((item, index) => item !== items[index - 1])

let count = 0
for (const type of ['quorum', 'classic'] as const) {
  for (const size of [1, 7, 100]) {
    test(`in order on a ${type} queue, in batches of ${size}: no call for a message before those ahead of it are settled`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(Behaviour, { minLength: MESSAGES, maxLength: MESSAGES }), async (behaviours) => {
          const queue = ownQueue(`order${++count}`, { type })
          const [exchange = ''] = queue.exchanges
          await rig.channel.assertExchange(exchange, 'topic', { durable: false })
          const { invoke, calls } = createFunction(behaviours)
          const options = relayOptions(sourceAt(broker.port, queue), {
            batch: { size, lingerMs: 20 },
            concurrency: 1,
            ordered: true,
            retry: { attempts: ATTEMPTS, firstDelayMs: 5, maxDelayMs: 20 },
          })
          const relay = startTestRelay(options, invoke, { ...FAST, pause: { firstMs: 5, maxMs: 10 } })
          await until('it consumes', () => relay.source().state === 'consuming')
          const bodies = numbered('m', MESSAGES)
          await rig.publish(exchange, 'notifications.info', bodies)
          await until('half is handled', () => calls.length > MESSAGES / 2)
          // Redelivers all that is in hand.
          await broker.ctl('close_all_connections', 'a test cuts them')
          rig = await openRig(broker.url)
          const dead = bodies.filter((_, index) => (behaviours[index]?.failures ?? 0) >= ATTEMPTS)
          await until('all are settled', async () => {
            const depths = [queue.name, `${queue.name}.alone`].map(rig.depth)
            return (await Promise.all(depths)).every((depth) => depth === 0) && relay.source().inFlight === 0
          })
          await relay.stop()
          const letters: string[] = []
          const take = () => rig.take(`${queue.name}.dead-letters`)
          for (let one = await take(); one; one = await take()) letters.push(one.content.toString())

          // A cut may let a message come twice: then what was in hand comes again from there, in its order.
          const order = squeezed(calls)
          const restart = order.findIndex((body, index) => Number(body.slice(1)) < Number(order[index - 1]?.slice(1)))
          const runs = restart < 0 ? [order] : [order.slice(0, restart), order.slice(restart)]
          for (const run of runs) {
            const numbers = run.map((body) => Number(body.slice(1)))
            assert.deepEqual(
              numbers,
              numbers.map((_, index) => (numbers[0] ?? 0) + index),
            )
          }
          assert.deepEqual([...new Set(calls)].toSorted(), bodies.toSorted())
          assert.deepEqual([...new Set(letters)], dead)
        }),
        { numRuns: process.env.CHAOS_MESSAGES ? 25 : 3, endOnFailure: true },
      )
    })
  }
}
