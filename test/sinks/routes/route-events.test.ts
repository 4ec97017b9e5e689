import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMemoryClaims } from '../../../lib/claims/memory-claims.ts'
import type { CloudEvent } from '../../../lib/core/cloudevent.ts'
import { createHandOn } from '../../../lib/core/hand-on.ts'
import type { Sink } from '../../../lib/core/sink.ts'
import { SinkRefusedError, SinkUnavailableError } from '../../../lib/process/errors.ts'
import { readRoutes } from '../../../lib/sinks/routes/read-routes.ts'
import { createRoutedSink } from '../../../lib/sinks/routes/route-events.ts'
import { event } from '../contract.ts'

/** A sink that fails as it is told, and what it took. */
const controlled = () => {
  const taken: string[] = []
  let failure: (event: CloudEvent) => Error | undefined = () => undefined
  const sink: Sink = {
    deliver: async (events, _signal, settle) => {
      const errors = events.map((one) => {
        const error = failure(one)
        if (error === undefined) taken.push(one.id)
        settle?.(one, error === undefined ? 'taken' : { error })
        return error
      })
      const first = errors.find(Boolean)
      if (first !== undefined) throw first
    },
  }
  return {
    sink,
    taken,
    fail: (how: typeof failure) => {
      failure = how
    },
  }
}

const routed = (document: unknown) => {
  const sinks = new Map<string, ReturnType<typeof controlled>>()
  const warnings: unknown[] = []
  const named = (host: string) => {
    const sink = sinks.get(host) ?? controlled()
    sinks.set(host, sink)
    return sink
  }
  const log = {
    debug: () => {},
    info: () => {},
    error: () => {},
    warn: (fields: unknown) => void warnings.push(fields),
  }
  let opened = 0
  const sink = createRoutedSink(readRoutes(document, {}), {
    log,
    open: ({ url }) => {
      opened += 1
      return named(url.hostname).sink
    },
  })
  return { sink, named, warnings, opened: () => opened }
}

const away = () => new SinkUnavailableError('away')
const refused = () => new SinkRefusedError('refused')

/** As a function does it, with claims that remember. */
const delivering = (sink: Sink) => {
  const handOn = createHandOn({ sink, claims: createMemoryClaims(100) })
  return async (...events: readonly CloudEvent[]): Promise<readonly string[]> =>
    [...(await handOn(events, undefined)).values()].map((fate) =>
      typeof fate === 'object' && 'error' in fate ? String(fate.error) : String(fate),
    )
}

describe('events by routes', () => {
  const document = {
    routes: [
      { when: { type: '*Created:*' }, to: ['http://a', 'http://b'] },
      { when: { priority: 'error' }, to: 'http://alarms' },
      { otherwise: 'http://rest' },
    ],
  }

  test('go to the sinks of every route that matches, and once to a sink that several routes name', async () => {
    const { sink, named } = routed({
      routes: [...document.routes.slice(0, 2), { when: { id: '*' }, to: 'http://a' }],
    })
    await sink.deliver([event('1'), event('2', { type: 'x', priority: 'error' }), event('3', { priority: 'error' })])
    assert.deepEqual(named('a').taken, ['1', '2', '3'])
    assert.deepEqual(named('b').taken, ['1', '3'])
    assert.deepEqual(named('alarms').taken, ['2', '3'])
  })

  test('go to the sinks of otherwise if no route matches', async () => {
    const { sink, named } = routed(document)
    await sink.deliver([event('1', { type: 'x' })])
    assert.deepEqual(named('rest').taken, ['1'])
    assert.deepEqual(named('a').taken, [])
  })

  test('are not wanted if no route matches and otherwise drops', async () => {
    const { sink } = routed({ routes: [...document.routes.slice(0, 2), { otherwise: 'drop' }] })
    assert.equal(sink.wants(event('1')), true)
    assert.equal(sink.wants(event('1', { type: 'x' })), false)
    assert.deepEqual(await delivering(sink)(event('1', { type: 'x' })), ['taken'])
  })

  test('keep their order at each sink', async () => {
    const { sink, named } = routed(document)
    const events = Array.from({ length: 100 }, (_, index) => event(String(index)))
    await sink.deliver(events)
    assert.deepEqual(
      named('b').taken,
      events.map(({ id }) => id),
    )
  })

  test('come again for the sink that was away, and only for that one', async () => {
    const { sink, named } = routed(document)
    const deliver = delivering(sink)
    named('b').fail(({ id }) => (id === '2' ? away() : undefined))
    assert.deepEqual(await deliver(event('1'), event('2')), ['taken', 'SinkUnavailableError: away'])
    named('b').fail(() => undefined)
    assert.deepEqual(await deliver(event('2')), ['taken'])
    assert.deepEqual(named('a').taken, ['1', '2'])
    assert.deepEqual(named('b').taken, ['1', '2'])
    assert.deepEqual(await deliver(event('2')), ['duplicate'])
  })

  test('are a matter of trying again as long as one sink is away, and then of the one that refuses them', async () => {
    const { sink, named } = routed(document)
    const deliver = delivering(sink)
    named('a').fail(refused)
    named('b').fail(away)
    assert.deepEqual(await deliver(event('1')), ['SinkUnavailableError: away'])
    named('b').fail(() => undefined)
    assert.deepEqual(await deliver(event('1')), ['SinkRefusedError: refused'])
    assert.deepEqual(named('b').taken, ['1'])
  })

  test('that several sinks refuse have an error that names each, in the order of the route', async () => {
    const { sink, named } = routed(document)
    named('a').fail(() => new SinkRefusedError('sink a: too large'))
    named('b').fail(() => new SinkRefusedError('sink b: refused the event (422)'))
    assert.deepEqual(await delivering(sink)(event('1')), [
      'SinkRefusedError: sink a: too large; sink b: refused the event (422)',
    ])
  })

  test('do not wait for an optional sink, whose failures are logged', async () => {
    const { sink, named, warnings } = routed({
      routes: [{ to: ['http://a', { url: 'http://b/x?token=s3cret', required: false }] }],
    })
    named('b').fail(away)
    assert.deepEqual(await delivering(sink)(event('1')), ['taken'])
    assert.deepEqual(named('a').taken, ['1'])
    assert.equal(warnings.length, 1)
    assert.match((warnings[0] as { sink: string }).sink, /^http:\/\/b#[\da-f]{8}$/)
  })

  test('go once to a sink that one route requires and another one does not', async () => {
    const { sink, named } = routed({
      routes: [{ to: 'http://a' }, { to: { url: 'http://a', required: false } }],
    })
    const deliver = delivering(sink)
    named('a').fail(away)
    assert.deepEqual(await deliver(event('1')), ['SinkUnavailableError: away'])
    named('a').fail(() => undefined)
    assert.deepEqual(await deliver(event('1')), ['taken'])
    assert.deepEqual(named('a').taken, ['1'])
  })

  test('are known to be taken by the same sinks after the routes changed their order', async () => {
    const claims = createMemoryClaims(100)
    const [one, two] = ['http://a/?exchange=one', 'http://a/?exchange=two']
    const deliverBy = async (to: readonly string[], failing: string) => {
      const taken: string[] = []
      const open = ({ url }: { readonly url: URL }): Sink => ({
        deliver: async () => {
          if (url.href === failing) throw away()
          taken.push(url.href)
        },
      })
      const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
      const sink = createRoutedSink(readRoutes({ routes: [{ to }] }, {}), { open, log })
      await createHandOn({ sink, claims })([event('1')], undefined)
      return taken
    }
    assert.deepEqual(await deliverBy([one, two], two), [one])
    assert.deepEqual(await deliverBy([two, one], ''), [two])
  })

  test('are logged without the path of a webhook, which may be a secret', async () => {
    const url = 'https://hooks.example.org/services/T0123/s3cr3t'
    const { sink, named, warnings } = routed({ routes: [{ to: { url, required: false } }] })
    named('hooks.example.org').fail(away)
    await sink.deliver([event('1')])
    assert.equal(warnings.length, 1)
    assert.doesNotMatch(JSON.stringify(warnings), /s3cr3t/)
  })

  test('of a sink that says nothing of its events share the fate of the call', async () => {
    const { sink, named } = routed(document)
    named('b').sink.deliver = async () => {
      throw away()
    }
    assert.deepEqual(await delivering(sink)(event('1'), event('2')), Array(2).fill('SinkUnavailableError: away'))
  })

  test('share the sinks of targets that are written alike', async () => {
    const { opened } = routed({
      routes: [
        { when: { type: 'x' }, to: 'http://a' },
        { when: { type: 'y' }, to: { url: 'http://a/' } },
        { when: { type: 'z' }, to: { url: 'http://a', mode: 'binary' } },
      ],
    })
    assert.equal(opened(), 2)
  })
})

test('20,000 events pass ten routes: each sink has what its route asks for', async () => {
  const routes = Array.from({ length: 10 }, (_, index) => ({
    when: { subject: { suffix: `.${index}` }, data: { number: { min: index * 1000 } } },
    to: [`http://s${index}`, 'http://all'],
  }))
  const { sink, named } = routed({ routes: [...routes, { otherwise: 'http://rest' }] })
  const events = Array.from({ length: 20_000 }, (_, number) =>
    event(String(number), { subject: `a.${number % 10}`, data: { number } }),
  )
  for (let first = 0; first < events.length; first += 100) await sink.deliver(events.slice(first, first + 100))
  const wanted = (index: number) =>
    events.filter((_, number) => number % 10 === index && number >= index * 1000).map(({ id }) => id)
  for (const index of routes.keys()) assert.deepEqual(named(`s${index}`).taken, wanted(index))
  const all = routes.flatMap((_, index) => wanted(index))
  assert.deepEqual([...named('all').taken].sort(), all.sort())
  assert.equal(named('rest').taken.length, 20_000 - all.length)
})

test('an event that is wanted is not matched again when it is delivered', async () => {
  const { sink, named } = routed({ routes: [{ when: { source: 's' }, to: 'https://one' }] })
  let reads = 0
  const given = Object.defineProperty(event('1'), 'source', {
    get: () => {
      reads += 1
      return 's'
    },
  })
  assert.ok(sink.wants(given))
  const before = reads
  await sink.deliver([given])
  assert.equal(reads, before)
  assert.deepEqual(named('one').taken, ['1'])
})
