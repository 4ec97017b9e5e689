import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Delivery, Outcome } from '../../lib/core/delivery.ts'
import { inOrder } from '../../lib/core/in-order.ts'
import { SinkUnavailableError } from '../../lib/process/errors.ts'

const down = new SinkUnavailableError('down')
const retry: Outcome = { type: 'retry', error: down, retryAfterSeconds: 7 }
const ack: Outcome = { type: 'ack', events: [], faults: [], dropped: [] }

type Message = { readonly group: string | undefined; readonly fails: boolean }

const deliveryOf = ({ group, fails }: Message, index: number): Delivery => ({
  body: Buffer.from(`${index}${fails ? '!' : ''}`),
  headers: {},
  origin: { kind: 'direct' },
  orderGroup: group,
})

/** Handles each delivery, and fails on those that end with an exclamation mark. Tells which were handled, call by call. */
const run = async (messages: readonly Message[]) => {
  const calls: string[][] = []
  const handle = inOrder(async (deliveries) => {
    const bodies = deliveries.map(({ body }) => body.toString())
    calls.push(bodies)
    return bodies.map((body) => (body.endsWith('!') ? retry : ack))
  })
  const outcomes = await handle(messages.map(deliveryOf))
  return { calls, outcomes }
}
const good = (group?: string): Message => ({ group, fails: false })
const bad = (group?: string): Message => ({ group, fails: true })

test('without groups everything is handled in one call', async () => {
  const { calls, outcomes } = await run([good(), bad(), good()])
  assert.deepEqual([calls, outcomes], [[['0', '1!', '2']], [ack, retry, ack]])
})

test('the deliveries of one group are handled one after the other', async () => {
  const { calls, outcomes } = await run([good('a'), good('a'), good('a')])
  assert.deepEqual(
    [calls, outcomes],
    [
      [['0'], ['1'], ['2']],
      [ack, ack, ack],
    ],
  )
})

test('a delivery that has to be sent again ends its group, and no other one', async () => {
  const { calls, outcomes } = await run([bad('a'), good('b'), good('a'), good(), good('b'), good('')])
  assert.deepEqual(calls, [['0!', '1', '3', '5'], ['4']])
  assert.deepEqual(
    outcomes.map(({ type }) => type),
    ['retry', 'ack', 'retry', 'ack', 'ack', 'ack'],
  )
})

test('what is held back says why, and asks for the same patience', async () => {
  const { calls, outcomes } = await run([bad('a'), good('a'), good('a')])
  assert.deepEqual(calls, [['0!']])
  const [, held] = outcomes
  assert.ok(held?.type === 'retry')
  assert.match(held.error.message, /earlier message of its order group/)
  assert.deepEqual([held.error.cause, held.retryAfterSeconds], [down, 7])
})

const messages = fc.array(fc.record({ group: fc.constantFrom(undefined, '', 'a', 'b'), fails: fc.boolean() }), {
  maxLength: 30,
})

test('whatever fails: each group is handled in order up to its first failure, and everything has its outcome', async () => {
  await fc.assert(
    fc.asyncProperty(messages, async (given) => {
      const { calls, outcomes } = await run(given)
      const handled = calls.flat().map((body) => Number.parseInt(body, 10))
      for (const group of ['', 'a', 'b']) {
        const indexes = given.flatMap((message, index) => (message.group === group ? [index] : []))
        const failure = indexes.findIndex((index) => given[index]?.fails)
        const expected = failure === -1 ? indexes : indexes.slice(0, failure + 1)
        assert.deepEqual(
          handled.filter((index) => given[index]?.group === group),
          expected,
        )
        assert.deepEqual(
          indexes.map((index) => outcomes[index]?.type),
          indexes.map((_, place) => (failure === -1 || place < failure ? 'ack' : 'retry')),
        )
      }
      assert.equal(outcomes.length, given.length)
    }),
  )
})
