import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Redis } from 'ioredis'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { startRedis } from '../services/redis.ts'
import { event, testSink } from './contract.ts'

const server = await startRedis()
const judge = new Redis(server.url)
after(async () => {
  judge.disconnect()
  await server.stop()
})

/** The lowest that Redis can be set to. */
const MAX_TEXT = 1_048_576
await judge.call('CONFIG', 'SET', 'proto-max-bulk-len', String(MAX_TEXT))

let streams = 0
const open = (query: string, retries = 0, url = server.url): Sink => {
  const sink = openSink(new URL(`${url}?${query}`), 1, { mode: 'batch', timeoutMs: 5000, retries })
  after(() => sink.close?.())
  return sink
}

const eventsIn = async (stream: string): Promise<CloudEvent[]> =>
  (await judge.xrange(stream, '-', '+')).map(([_id, [name, text = '']]) => {
    assert.equal(name, 'event')
    return JSON.parse(text)
  })

testSink({
  name: 'redis:',
  open: (_t, retries) => {
    const stream = `events-${++streams}`
    let isBroken = false
    return {
      sink: open(`stream=${stream}`, retries),
      received: () => (isBroken ? [] : eventsIn(stream)),
      // A key of another type takes no entries.
      breakDown: async () => {
        await judge.set(stream, 'a text')
        isBroken = true
      },
    }
  },
  nowhere: (credentials) => open('', 0, `redis://${credentials}@127.0.0.1:9`),
  limit: {
    bytes: MAX_TEXT,
    message: /the event takes (\d+) bytes, and the limit is 1048576$/,
  },
})

test('a larger event is refused with the name of the limit where the user may not ask for the number', async () => {
  await judge.call('ACL', 'SETUSER', 'adder', 'on', '>secret', '~*', '+@all', '-config')
  const sink = open('stream=guarded', 0, `redis://adder:secret@127.0.0.1:${server.port}`)
  await assert.rejects(sink.deliver([event('1', { data: 'x'.repeat(MAX_TEXT) })]), {
    name: 'SinkRefusedError',
    message: /the event takes \d+ bytes, and the limit is proto-max-bulk-len$/,
  })
})

test('maxLength bounds the stream', async () => {
  const sink = open('stream=bounded&maxLength=100')
  await sink.deliver(Array.from({ length: 2000 }, (_, index) => event(String(index))))
  const length = await judge.xlen('bounded')
  assert.ok(length >= 100 && length < 400, String(length))
  assert.equal((await eventsIn('bounded')).at(-1)?.id, '1999')
})

test('the path chooses the database, and the credentials the user', async () => {
  await judge.call('ACL', 'SETUSER', 'us@er', 'on', '>pä:ss', '~*', '+@all')
  const url = `redis://us%40er:p%C3%A4%3Ass@127.0.0.1:${server.port}/3`
  await open('stream=third', 0, url).deliver([event('1')])
  await judge.select(3)
  assert.equal((await eventsIn('third')).length, 1)
  await judge.select(0)
})

test('a wrong password is told, and is not shown', async () => {
  const sink = open('', 3, `redis://default:wrong-pass@127.0.0.1:${server.port}`)
  await judge.call('CONFIG', 'SET', 'requirepass', 'right-pass')
  await assert.rejects(sink.deliver([event('1')]), (error: Error) => {
    assert.equal(error.message, `sink redis://127.0.0.1:${server.port}: Redis answered WRONGPASS`)
    return true
  })
  await judge.call('CONFIG', 'SET', 'requirepass', '')
})

test('rediss: checks the server by the authority that ca names', async () => {
  await open(`stream=tls&ca=${server.tls.ca}`, 0, server.tls.url).deliver([event('1')])
  assert.equal((await eventsIn('tls')).length, 1)
  await assert.rejects(open('stream=tls', 0, server.tls.url).deliver([event('2')]), { code: 'sink_unavailable' })
})

test('a server that is full is unavailable until there is room', async () => {
  const sink = open('stream=full')
  await judge.call('CONFIG', 'SET', 'maxmemory', '1')
  await assert.rejects(sink.deliver([event('1')]), {
    code: 'sink_unavailable',
    message: `sink redis://127.0.0.1:${server.port} stream full: Redis answered OOM`,
  })
  await judge.call('CONFIG', 'SET', 'maxmemory', '0')
  await sink.deliver([event('1')])
  assert.equal((await eventsIn('full')).length, 1)
})

test('a server that was killed is connected to again, and has all that it confirmed', async () => {
  await judge.call('CONFIG', 'SET', 'appendfsync', 'always')
  const sink = open('stream=killed', 8)
  await sink.deliver([event('first')])
  await server.kill()
  const ids = Array.from({ length: 100 }, (_, index) => String(index))
  const delivering = Promise.all(ids.map((id) => sink.deliver([event(id)])))
  await server.start()
  await delivering
  const found = new Set((await eventsIn('killed')).map(({ id }) => id))
  assert.deepEqual(
    ['first', ...ids].filter((id) => !found.has(id)),
    [],
  )
})
