import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryClaims } from '../../lib/claims/memory-claims.ts'
import { createSharedClaims, type Store } from '../../lib/claims/shared-claims.ts'
import type { Claimed, Held } from '../../lib/core/claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { createHandOn } from '../../lib/core/hand-on.ts'
import { createInLane } from '../../lib/core/shared-lanes.ts'
import { SinkUnavailableError } from '../../lib/process/errors.ts'

const eventOf = (id: string): CloudEvent => ({
  ...{ specversion: '1.0', id, source: 'lanes', type: 't', datacontenttype: 'application/json', data: {} },
})

/** Two replicas with one store. Each handles all its events in one lane, in the order of their ids; a test ends the work of each. */
const twoReplicas = (whenAway: 'process' | 'retry' = 'retry') => {
  const memory = createMemoryClaims(100, 100)
  let isDown = false
  const store: Store = {
    claim: async (key) => {
      if (isDown) throw new Error('down')
      return memory.claim(key)
    },
    mark: async (held, as) => memory.mark(held, as),
  }
  const log: string[] = []
  const begun = new Map<string, PromiseWithResolvers<void>>()
  const ends = new Map<string, PromiseWithResolvers<void>>()
  const of = (all: Map<string, PromiseWithResolvers<void>>, id: string) => {
    const one = all.get(id) ?? Promise.withResolvers<void>()
    all.set(id, one)
    return one
  }
  const replica = () => {
    const claims = createSharedClaims(async () => store, { name: 'f', leaseMs: 100, timeoutMs: 10_000, whenAway })
    const handOn = createHandOn({
      claims,
      sink: {
        deliver: async ([event = assert.fail()], _signal, _settle, _replyTo, claimOf) => {
          await claimOf?.(event)?.inLane?.('photo', event.id, async (late) => {
            log.push(`${event.id}${late ? ' late' : ''}`)
            of(begun, event.id).resolve()
            await of(ends, event.id).promise
            log.push(`${event.id} ends`)
          })
        },
      },
    })
    return async (id: string, signal?: AbortSignal) => {
      const event = eventOf(id)
      return (await handOn([event], signal)).get(event)
    }
  }
  return {
    send: [replica(), replica()] as const,
    log,
    begun: (id: string) => of(begun, id).promise,
    end: (id: string, error?: Error) => (error ? of(ends, id).reject(error) : of(ends, id).resolve()),
    cut: () => {
      isDown = true
    },
  }
}

test('of two replicas one works in a lane at a time, and what is older than the last is late in both', async () => {
  const { send, log, begun, end } = twoReplicas()
  const first = send[0]('2')
  await begun('2')
  const second = send[1]('1')
  end('1')
  end('2')
  assert.deepEqual(await Promise.all([first, second]), ['taken', 'taken'])
  end('3')
  await send[1]('3')
  assert.deepEqual(log, ['2', '2 ends', '1 late', '1 ends', '3', '3 ends'])
})

test('work that fails frees its lane, and makes nothing late', async () => {
  const { send, log, end } = twoReplicas()
  const down = new Error('down')
  end('2', down)
  assert.deepEqual(await send[0]('2'), { error: down })
  end('1')
  assert.equal(await send[1]('1'), 'taken')
  assert.deepEqual(log, ['2', '1', '1 ends'])
})

test('a lane is renewed while its work runs', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'] })
  const { send, log, begun, end } = twoReplicas()
  const first = send[0]('1')
  await begun('1')
  const stop = new AbortController()
  const second = send[1]('2', stop.signal)
  for (let tick = 0; tick < 10; tick++) {
    t.mock.timers.tick(34)
    await new Promise((resolve) => setImmediate(resolve))
  }
  stop.abort()
  assert.ok(typeof (await second) === 'object')
  assert.deepEqual(log, ['1'])
  end('1')
  assert.equal(await first, 'taken')
})

test('while the store is away, a lane holds in the process, or the event comes again, as the settings say', async () => {
  for (const [whenAway, expected] of [
    ['process', ['1', '1 ends']],
    ['retry', []],
  ] as const) {
    const { send, log, end, cut } = twoReplicas(whenAway)
    cut()
    end('1')
    const fate = await send[0]('1')
    assert.equal(typeof fate === 'object' ? 'again' : fate, whenAway === 'process' ? 'taken' : 'again')
    assert.deepEqual(log, expected)
  }
})

/** A process whose store gives the answers in turn, the last one for good. Each claim of a lane keeps the order of the last event. */
const laneOf = (answers: readonly (Claimed | (() => Claimed))[] = [], signal?: AbortSignal) => {
  const held = new Map<string, Held>()
  const marks: string[] = []
  const lane: Held = { key: 'lane', fence: 1, taken: [] }
  let asked = 0
  const inLane = createInLane({
    claimLane: () => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? lane
      return typeof answer === 'function' ? answer() : answer
    },
    mark: ({ taken }, as) => marks.push(`${as} after ${taken}`) > 0,
    held,
    lostOf: () => new AbortController().signal,
    signal,
  })
  assert.ok(inLane)
  const late: string[] = []
  return {
    held,
    marks,
    late,
    asked: () => asked,
    run: (name: string, order: string, work = async () => {}) =>
      inLane(name, order, async (isLate) => {
        if (isLate) late.push(order)
        await work()
      }),
  }
}
const elsewhere = { heldUntil: Date.now() + 60_000 }

test('where no other process shares the claims, there are no lanes to share', () => {
  const own = { mark: () => true, held: new Map(), lostOf: () => AbortSignal.abort(), signal: undefined }
  assert.equal(createInLane(own), undefined)
})

test('the newest of a lane counts, whatever was late after it; the same moment is not late', async () => {
  const { run, marks, late } = laneOf()
  for (const order of ['3', '1', '2', '3', '4']) await run('photo', order)
  assert.deepEqual(late, ['1', '2'])
  assert.deepEqual(marks, ['free after 3', 'free after 3', 'free after 3', 'free after 3', 'free after 4'])
})

test('a lane is renewed with the events of its call while its work runs, and no longer', async () => {
  const { run, held } = laneOf()
  const event: Held = { key: 'photo', fence: 1, taken: [] }
  held.set('photo', event)
  await run('photo', '1', () => run('film', '1', async () => assert.equal(held.size, 3)))
  assert.deepEqual([...held], [['photo', event]])
})

test('a lane of work that failed is not renewed either, and is free with what it had', async () => {
  const { run, held, marks } = laneOf()
  await assert.rejects(
    run('photo', '1', () => Promise.reject(new Error('down'))),
    /down/,
  )
  assert.deepEqual([held.size, marks], [0, ['free after ']])
})

test('an event waits for its lane, and is told after half a minute to come again', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] })
  const free: Held = { key: 'lane', fence: 2, taken: [] }
  const patient = laneOf([elsewhere, elsewhere, free])
  await patient.run('photo', '1')
  assert.equal(patient.asked(), 3)
  const late = () => {
    t.mock.timers.tick(30_001)
    return elsewhere
  }
  const tired = laneOf([elsewhere, late])
  await assert.rejects(tired.run('photo', '1'), (error) => {
    assert.ok(error instanceof SinkUnavailableError)
    assert.match(error.message, /another process still handles an event of the same lane/)
    return true
  })
  assert.deepEqual([tired.asked(), tired.marks], [2, []])
})

test('an event whose time is over asks for no lane, and the error of the store is passed on', async () => {
  const over = laneOf([], AbortSignal.abort())
  await assert.rejects(over.run('photo', '1'), /time of this invocation is over/)
  assert.equal(over.asked(), 0)
  const error = new SinkUnavailableError('away')
  await assert.rejects(laneOf([{ error }]).run('photo', '1'), error)
})
