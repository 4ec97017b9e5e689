import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, test } from 'node:test'
import { createAccess } from '../../lib/core/access.ts'
import type { Delivery, Outcome } from '../../lib/core/delivery.ts'
import { createDoor, type Deliver, DOOR, type Door, doorOf } from '../../lib/core/door.ts'
import { SinkUnavailableError } from '../../lib/process/errors.ts'

const ACK: Outcome = { type: 'ack', events: [], faults: [], dropped: [] }
const fromQueue: Delivery = { body: Buffer.from('{}'), headers: {}, origin: { kind: 'direct' } }
const byHttp = (method: string): Delivery => ({
  ...fromQueue,
  origin: { kind: 'http', method, path: '/', query: '', sourceIp: '127.0.0.1' },
})

const doorTo = (work: Deliver) => {
  const observed: string[] = []
  const door = createDoor({
    name: 'test',
    access: createAccess([], 'address'),
    work,
    observe: (outcomes) => observed.push(...outcomes.map(({ type }) => type)),
  })
  return { door, observed }
}
const acks = doorTo(async (deliveries) => deliveries.map(() => ACK)).door
const codes = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => ('error' in outcome ? `${outcome.type} ${outcome.error.code}` : outcome.type))

describe('a door', () => {
  const { signal } = new AbortController()

  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
    test(`refuses ${method}`, async () => {
      assert.deepEqual(codes(await acks.deliver([byHttp(method)], signal)), ['reject method_not_allowed'])
    })
  }

  test('lets in by HTTP as its access says', async () => {
    const proxied = { ...byHttp('POST'), headers: { via: '1.1 proxy' } }
    assert.deepEqual(codes(await acks.deliver([byHttp('POST')], signal)), ['ack'])
    assert.deepEqual(codes(await acks.deliver([proxied], signal)), ['reject unauthorized'])
  })

  test('never rejects: each delivery has an outcome, which is observed', async () => {
    const { door, observed } = doorTo(() => Promise.reject(new SinkUnavailableError('down')))
    assert.deepEqual(codes(await door.deliver([fromQueue, fromQueue], signal)), [
      'retry sink_unavailable',
      'retry sink_unavailable',
    ])
    assert.deepEqual(observed, ['retry', 'retry'])
  })

  test('answers soon after the signal aborts, also for work that does not heed it', async () => {
    const { door } = doorTo(() => new Promise(() => {}))
    assert.deepEqual(codes(await door.deliver([fromQueue, fromQueue], AbortSignal.abort())), [
      'retry internal_error',
      'retry internal_error',
    ])
  })

  test('answers a tenth of a second after a signal that aborts while it works, and not before', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const stop = new AbortController()
    let hasAnswered = false
    const answer = doorTo(() => new Promise(() => {}))
      .door.deliver([fromQueue], stop.signal)
      .finally(() => {
        hasAnswered = true
      })
    t.mock.timers.tick(60_000)
    stop.abort()
    t.mock.timers.tick(99)
    await new Promise(setImmediate)
    assert.equal(hasAnswered, false)
    t.mock.timers.tick(1)
    assert.deepEqual(codes(await answer), ['retry internal_error'])
  })

  test('leaves neither a listener on the signal nor a timer behind', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const set = t.mock.method(globalThis, 'setTimeout')
    const cleared = t.mock.method(globalThis, 'clearTimeout')
    const stop = new AbortController()
    await acks.deliver([fromQueue], stop.signal)
    assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
    const { door } = doorTo(async (deliveries) => {
      stop.abort()
      return deliveries.map(() => ACK)
    })
    assert.deepEqual(codes(await door.deliver([fromQueue], stop.signal)), ['ack'])
    const [timer] = set.mock.calls
    assert.ok(timer !== undefined)
    assert.ok(cleared.mock.calls.some(({ arguments: [given] }) => given === timer.result))
  })

  test('answers with what is known by then for work that heeds it', async () => {
    const { door } = doorTo(async (deliveries, aborted) => {
      await new Promise((resolve) => aborted.addEventListener('abort', resolve))
      return deliveries.map(() => ACK)
    })
    assert.deepEqual(codes(await door.deliver([fromQueue], AbortSignal.timeout(1))), ['ack'])
  })
})

describe('the door of a handler', () => {
  const handler = async () => undefined

  test('is what stands under the registered symbol, whichever copy of the package made it', () => {
    const foreign = { ...acks, access: { guard: 'anonymous', refusalOf: () => undefined } }
    assert.equal(doorOf(Object.assign(async () => {}, { [Symbol.for('tidings.door')]: foreign })), foreign)
  })

  test('is read when it is asked for', () => {
    let reads = 0
    const lazy = Object.defineProperty(async () => {}, DOOR, {
      get: (): Door => {
        reads += 1
        return acks
      },
    })
    assert.equal(reads, 0)
    assert.equal(doorOf(lazy), acks)
    assert.equal(reads, 1)
  })

  const doorWith = (other: object) => Object.assign(async () => {}, { [DOOR]: { ...acks, ...other } })
  for (const [what, value] of Object.entries({
    'a handler without one': handler,
    'what is not a function': { [DOOR]: acks },
    nothing: undefined,
    'a door without a name': doorWith({ name: undefined }),
    'a door that takes no deliveries': doorWith({ deliver: undefined }),
    'a door without an access': doorWith({ access: undefined }),
    'a door whose access is null': doorWith({ access: null }),
    'a door whose access has no guard': doorWith({ access: { refusalOf: () => undefined } }),
    'a door whose access refuses nobody': doorWith({ access: { guard: 'anonymous' } }),
    'a door that is undefined': Object.assign(async () => {}, { [DOOR]: undefined }),
  })) {
    test(`is absent for ${what}`, () => {
      assert.equal(doorOf(value), undefined)
    })
  }
})
