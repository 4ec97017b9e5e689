import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createMemoryClaims } from '../../lib/claims/memory-claims.ts'
import type { Claimed, Claims, Held } from '../../lib/core/claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { createHandOn } from '../../lib/core/hand-on.ts'
import type { Settle, Sink } from '../../lib/core/sink.ts'
import { SinkRefusedError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { createMemorySink } from '../memory-sink.ts'

const event = (id: string, source = 's'): CloudEvent => ({
  specversion: '1.0',
  id,
  source,
  type: 't',
  datacontenttype: 'application/json',
  data: {},
})
const down = new SinkUnavailableError('down')

/** A sink whose calls end when the test says so. */
const slowSink = () => {
  const calls: {
    readonly ids: readonly string[]
    readonly settle: Settle | undefined
    readonly end: () => void
    readonly fail: (error: unknown) => void
  }[] = []
  const sink: Sink = {
    deliver: (events, _signal, settle) =>
      new Promise((end, fail) => calls.push({ ids: events.map(({ id }) => id), settle, end, fail })),
  }
  return { sink, calls }
}

const handOnTo = (sink: Sink, claims: Claims | undefined = createMemoryClaims(100)) => {
  const handOn = createHandOn({ sink, claims })
  return async (events: readonly CloudEvent[], signal?: AbortSignal) => {
    const fates = await handOn(events, signal)
    return events.map((each) => fates.get(each))
  }
}

describe('what the sink took', () => {
  test('is not handed on again when others of its call failed', async () => {
    let isDown = true
    const seen: string[] = []
    const handOn = handOnTo({
      deliver: async (events, _signal, settle) => {
        for (const each of events) {
          seen.push(each.id)
          settle?.(each, each.id === '2' && isDown ? { error: down } : 'taken')
        }
        if (isDown) throw down
      },
    })
    const all = ['1', '2', '3'].map((id) => event(id))
    assert.deepEqual(await handOn(all), ['taken', { error: down }, 'taken'])
    assert.deepEqual(await handOn(all), ['duplicate', { error: down }, 'duplicate'])
    isDown = false
    assert.deepEqual(await handOn(all), ['duplicate', 'taken', 'duplicate'])
    assert.deepEqual(seen, ['1', '2', '3', '2', '2'])
  })

  test('is told by source and id', async () => {
    const handOn = handOnTo({
      deliver: async (events, _signal, settle) => {
        for (const each of events) settle?.(each, each.source === 'bad' ? { error: down } : 'taken')
        throw down
      },
    })
    assert.deepEqual(await handOn([event('1', 'good'), event('1', 'bad')]), ['taken', { error: down }])
  })

  test('is known where the call ended in an error that says nothing of it', async () => {
    const handOn = handOnTo({
      deliver: async (events, _signal, settle) => {
        settle?.(events[0] ?? event(''), 'taken')
        throw down
      },
    })
    assert.deepEqual(await handOn([event('1'), event('2')]), ['taken', { error: down }])
  })
})

describe('an event that is under way already', () => {
  test('waits, and is a duplicate once the first is taken', async () => {
    const { sink, calls } = slowSink()
    const handOn = handOnTo(sink)
    const first = handOn([event('1')])
    const second = handOn([event('1')])
    calls[0]?.end()
    assert.deepEqual([await first, await second, calls.length], [['taken'], ['duplicate'], 1])
  })

  for (const error of [down, new SinkRefusedError('never')]) {
    test(`shares the fate of the first where that ends in a ${error.name}`, async () => {
      const { sink, calls } = slowSink()
      const handOn = handOnTo(sink)
      const both = [handOn([event('1')]), handOn([event('1')])]
      calls[0]?.fail(error)
      assert.deepEqual([await Promise.all(both), calls.length], [[[{ error }], [{ error }]], 1])
    })
  }

  test('does not keep the others of its call from being handed on', async () => {
    const { sink, calls } = slowSink()
    const handOn = handOnTo(sink)
    const first = handOn([event('1')])
    const second = handOn([event('1'), event('2')])
    assert.deepEqual(
      calls.map(({ ids }) => ids),
      [['1'], ['2']],
    )
    for (const { end } of calls) end()
    assert.deepEqual([await first, await second], [['taken'], ['duplicate', 'taken']])
  })

  test('is handed on again after the first has failed', async () => {
    const { sink, calls } = slowSink()
    const handOn = handOnTo(sink)
    const first = handOn([event('1')])
    calls[0]?.fail(down)
    await first
    const second = handOn([event('1')])
    calls[1]?.end()
    assert.deepEqual(await second, ['taken'])
  })

  test('waits no longer than its own signal says', async () => {
    const { sink } = slowSink()
    const handOn = handOnTo(sink)
    void handOn([event('1')])
    const stop = new AbortController()
    const second = handOn([event('1')], stop.signal)
    stop.abort()
    const [fate] = await second
    assert.ok(typeof fate === 'object' && 'error' in fate)
    assert.match(String(fate.error), /time of this invocation is over/)
  })

  test('waits for what goes on after its own call was given up, and learns of its end', async () => {
    const { sink, calls } = slowSink()
    const handOn = handOnTo(sink)
    const stop = new AbortController()
    const first = handOn([event('1')], stop.signal)
    stop.abort()
    const [fate] = await first
    assert.ok(typeof fate === 'object' && 'error' in fate)
    const second = handOn([event('1')])
    calls[0]?.end()
    assert.deepEqual([await second, calls.length], [['duplicate'], 1])
  })

  test('is handed on by another call where the first is lost for good', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] })
    const { sink, calls } = slowSink()
    const handOn = handOnTo(sink)
    void handOn([event('1')])
    t.mock.timers.tick(15 * 60_000 + 1)
    const second = handOn([event('1')])
    calls[1]?.end()
    assert.deepEqual(await second, ['taken'])
  })

  test('is handed on by another call half a minute after the first was given up, and not before', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] })
    const { sink, calls } = slowSink()
    const handOn = handOnTo(sink, { leaseMs: 1, claim: (key) => ({ key, fence: 1, taken: [] }), mark: () => true })
    const stop = new AbortController()
    const first = handOn([event('1')], stop.signal)
    stop.abort()
    await first
    t.mock.timers.tick(29_999)
    const impatient = new AbortController()
    const second = handOn([event('1')], impatient.signal)
    assert.equal(calls.length, 1)
    impatient.abort()
    await second
    t.mock.timers.tick(1)
    const third = handOn([event('1')])
    calls[1]?.end()
    assert.deepEqual([await third, calls.length], [['taken'], 2])
  })

  test('stays with the call that took it over when the first, which was lost, ends after all', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] })
    const { sink, calls } = slowSink()
    const handOn = handOnTo(sink, { leaseMs: 1, claim: (key) => ({ key, fence: 1, taken: [] }), mark: () => true })
    const first = handOn([event('1')])
    t.mock.timers.tick(15 * 60_000)
    const second = handOn([event('1')])
    calls[0]?.end()
    await first
    const third = handOn([event('1')])
    assert.equal(calls.length, 2)
    calls[1]?.end()
    assert.deepEqual([await second, await third], [['taken'], ['duplicate']])
  })
})

describe('an event that another process holds', () => {
  /** Answers of a store in turn; the last one for good. Remembers the marks. */
  const storeOf = (...answers: Claimed[]) => {
    const marks: string[] = []
    let next = 0
    const claims: Claims = {
      leaseMs: 30_000,
      claim: async () => answers[Math.min(next++, answers.length - 1)] ?? 'done',
      mark: async ({ key }, as) => marks.push(`${key.replace('s\0', '')} ${as}`) > 0,
    }
    return { claims, marks }
  }
  const held = (id: string, fence: number): Held => ({ key: `s\0${id}`, fence, taken: [] })
  const elsewhere = { heldUntil: Date.now() + 60_000 }

  test('is a duplicate once that process is done', async () => {
    const sink = createMemorySink()
    assert.deepEqual(await handOnTo(sink, storeOf(elsewhere, elsewhere, 'done').claims)([event('1')]), ['duplicate'])
    assert.equal(sink.calls.length, 0)
  })

  test('is taken over when the claim of that process ends, and the sink sees the fencing number', async () => {
    const fences: unknown[] = []
    const { claims, marks } = storeOf(elsewhere, held('1', 7))
    const sink: Sink = {
      deliver: async ([first], _signal, _settle, _replyTo, claimOf) => {
        fences.push(first && claimOf?.(first)?.fence)
      },
    }
    assert.deepEqual(await handOnTo(sink, claims)([event('1')]), ['taken'])
    assert.deepEqual([fences, marks], [[7], ['1 done']])
  })

  test('comes again after half a minute, and the other events of its call are handled meanwhile', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] })
    const sink = createMemorySink()
    const store = storeOf(elsewhere, held('2', 1), elsewhere)
    const { claim } = store.claims
    let asked = 0
    const claims: Claims = {
      ...store.claims,
      claim: (key) => {
        if (++asked === 3) t.mock.timers.tick(30_001)
        return claim(key)
      },
    }
    const [first, second] = await handOnTo(sink, claims)([event('1'), event('2')])
    assert.ok(typeof first === 'object' && 'error' in first)
    assert.match(String(first.error), /earlier delivery of the event is still under way/)
    assert.deepEqual([second, store.marks], ['taken', ['2 done']])
  })

  test('is asked for again by the next call after this one has waited in vain', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] })
    const store = storeOf(elsewhere, elsewhere, held('1', 3))
    const { claim } = store.claims
    let asked = 0
    const claims: Claims = {
      ...store.claims,
      claim: (key) => {
        if (++asked === 2) t.mock.timers.tick(30_001)
        return claim(key)
      },
    }
    const handOn = handOnTo(createMemorySink(), claims)
    const [first] = await handOn([event('1')])
    assert.ok(typeof first === 'object' && 'error' in first)
    assert.deepEqual([await handOn([event('1')]), store.marks], [['taken'], ['1 done']])
  })

  test('is waited for no longer than the signal says', async () => {
    const stop = new AbortController()
    const waiting = handOnTo(createMemorySink(), storeOf(elsewhere).claims)([event('1')], stop.signal)
    stop.abort()
    const [fate] = await waiting
    assert.ok(typeof fate === 'object' && 'error' in fate)
    assert.match(String(fate.error), /time of this invocation is over/)
  })

  test('is freed where the sink fails, so that the next delivery gets it at once', async () => {
    const { claims, marks } = storeOf(held('1', 1))
    const failing = createMemorySink(() => {
      throw down
    })
    assert.deepEqual([await handOnTo(failing, claims)([event('1')]), marks], [[{ error: down }], ['1 free']])
  })

  test('comes again where the store does not answer', async () => {
    const sink = createMemorySink()
    assert.deepEqual(await handOnTo(sink, storeOf({ error: down }).claims)([event('1')]), [{ error: down }])
    assert.equal(sink.calls.length, 0)
  })
})

test('a call ends once the store knows what became of its events', async () => {
  const known = Promise.withResolvers<boolean>()
  const claims: Claims = { ...createMemoryClaims(10), mark: () => known.promise }
  let hasEnded = false
  const handedOn = handOnTo(
    createMemorySink(),
    claims,
  )([event('1')]).finally(() => {
    hasEnded = true
  })
  await new Promise(setImmediate)
  assert.equal(hasEnded, false)
  known.resolve(true)
  assert.deepEqual(await handedOn, ['taken'])
})

test('a store may answer for some events at once, and for others later', async () => {
  const memory = createMemoryClaims(10)
  const claims: Claims = {
    ...memory,
    claim: (key) => (key.endsWith('1') ? memory.claim(key) : Promise.resolve(memory.claim(key))),
  }
  assert.deepEqual(await handOnTo(createMemorySink(), claims)([event('1'), event('2')]), ['taken', 'taken'])
})

test('the lease of an event is not renewed after its fate is known, though its call goes on with others', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { sink, calls } = slowSink()
  const memory = createMemoryClaims(10)
  const marks: string[] = []
  const claims: Claims = {
    ...memory,
    mark: (held, as) => {
      marks.push(`${held.key.replace('s\0', '')} ${as}`)
      return memory.mark(held, as)
    },
  }
  const handedOn = handOnTo(sink, claims)([event('1'), event('2')])
  calls[0]?.settle?.(event('1'), 'taken')
  t.mock.timers.tick(10_000)
  calls[0]?.end()
  await handedOn
  assert.deepEqual(marks, ['1 done', '2 held', '2 done'])
})

test('an event has a claim while its fate is open, which tells whether another took the event', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const claims: Claims = { ...createMemoryClaims(10), mark: (_held, as) => as !== 'held' }
  const seen: unknown[] = []
  const sink: Sink = {
    deliver: async ([first = event('')], _signal, settle, _replyTo, claimOf) => {
      const claim = claimOf?.(first)
      seen.push(claim?.isLost())
      t.mock.timers.tick(10_000)
      await new Promise(setImmediate)
      seen.push(claim?.isLost())
      settle?.(first, 'taken')
      seen.push(claimOf?.(first))
    },
  }
  await handOnTo(sink, claims)([event('1')])
  assert.deepEqual(seen, [false, true, undefined])
})

test('the lease of an event is renewed as long as the sink has it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { sink, calls } = slowSink()
  const memory = createMemoryClaims(10)
  const marks: string[] = []
  const claims: Claims = {
    ...memory,
    mark: (held, as) => {
      marks.push(as)
      return memory.mark(held, as)
    },
  }
  const handedOn = handOnTo(sink, claims)([event('1')])
  t.mock.timers.tick(20_000)
  calls[0]?.end()
  assert.deepEqual(await handedOn, ['taken'])
  t.mock.timers.tick(60_000)
  assert.deepEqual(marks, ['held', 'held', 'done'])
})

for (const [what, answer, aborted] of [
  ['another has the event', false, true],
  ['the store is away', undefined, false],
  ['it is renewed', true, false],
] as const) {
  test(`the sink is ${aborted ? '' : 'not '}told to stop where a renewal finds that ${what}`, async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const end = Promise.withResolvers<void>()
    let lost: AbortSignal | undefined
    const sink: Sink = {
      deliver: ([first], _signal, _settle, _replyTo, claimOf) => {
        lost = first && claimOf?.(first)?.lost()
        return end.promise
      },
    }
    const marked = Promise.withResolvers<void>()
    const claims: Claims = {
      ...createMemoryClaims(10),
      mark: () => {
        marked.resolve()
        return answer
      },
    }
    const handedOn = handOnTo(sink, claims)([event('1')])
    t.mock.timers.tick(10_000)
    await marked.promise
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(lost?.aborted, aborted)
    end.resolve()
    await handedOn
  })
}

test('what one of several sinks took is told to the next try', async () => {
  const seen: unknown[] = []
  let isDown = true
  const sink: Sink = {
    deliver: async ([first], _signal, _settle, _replyTo, claimOf) => {
      const claim = first && claimOf?.(first)
      seen.push(claim?.taken)
      await claim?.takenBy('archive')
      await claim?.takenBy('archive')
      if (isDown) throw down
    },
  }
  const memory = createMemoryClaims(10)
  const marks: string[] = []
  const claims: Claims = {
    ...memory,
    mark: (held, as) => {
      marks.push(as)
      return memory.mark(held, as)
    },
  }
  const handOn = handOnTo(sink, claims)
  await handOn([event('1')])
  isDown = false
  assert.deepEqual(await handOn([event('1')]), ['taken'])
  assert.deepEqual(seen, [[], ['archive']])
  assert.deepEqual(marks, ['held', 'held', 'free', 'held', 'held', 'done'])
})

test('twice in one call, it goes to the sink once, and both share its fate', async () => {
  const sink = createMemorySink()
  assert.deepEqual(await handOnTo(sink)([event('1'), event('1')]), ['taken', 'duplicate'])
  assert.deepEqual(sink.calls, [[event('1')]])
  const failing = createMemorySink(() => {
    throw down
  })
  assert.deepEqual(await handOnTo(failing)([event('1'), event('1')]), [{ error: down }, { error: down }])
})

test('without claims, nothing is a duplicate', async () => {
  const { sink, calls } = slowSink()
  const plain = createHandOn({ sink })
  const handOn = async (events: readonly CloudEvent[]) => [...(await plain(events, undefined)).values()]
  const both = [handOn([event('1')]), handOn([event('1')])]
  for (const { end } of calls) end()
  assert.deepEqual([await Promise.all(both), calls.length], [[['taken'], ['taken']], 2])
})

test('when time is over before it begins, the sink is not asked, and what is known is told', async () => {
  const sink = createMemorySink()
  const handOn = handOnTo(sink)
  await handOn([event('1')])
  const [known, fate] = await handOn([event('1'), event('2')], AbortSignal.abort())
  assert.ok(typeof fate === 'object')
  assert.deepEqual([known, sink.calls.length], ['duplicate', 1])
})

test('calls that hold events of each other all end, and each event is taken once', async () => {
  const ids = fc.array(fc.constantFrom('1', '2', '3', '4', '5'), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.array(ids, { maxLength: 8 }), fc.scheduler(), async (batches, scheduler) => {
      const taken: string[] = []
      const handOn = handOnTo({
        deliver: scheduler.scheduleFunction(async (events: readonly CloudEvent[]) => {
          taken.push(...events.map(({ id }) => id))
        }),
      })
      const all = Promise.all(batches.map((batch) => handOn(batch.map((id) => event(id)))))
      const fates = (await scheduler.waitFor(all)).flat()
      assert.deepEqual(taken.toSorted(), [...new Set(batches.flat())].toSorted())
      assert.equal(fates.filter((fate) => fate === 'taken').length, taken.length)
      assert.ok(fates.every((fate) => fate === 'taken' || fate === 'duplicate'))
    }),
  )
})
