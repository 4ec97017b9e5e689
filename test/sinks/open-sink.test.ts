import assert from 'node:assert/strict'
import { openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { SINK_SCHEMES } from '../../lib/sinks/sink-schemes.ts'
import { startReceiver } from '../receiver.ts'
import { event } from './contract.ts'

const options = { mode: 'batch', timeoutMs: 5000, retries: 0 } as const

test('log: is the file descriptor that is given', async (t) => {
  const file = `${tmpdir()}/tidings-open-${process.pid}`
  t.after(() => rmSync(file))
  await openSink(new URL('log:'), openSync(file, 'w'), options).deliver([event('1')])
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), event('1'))
})

test('http: is the receiver at that URL', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  const sink = openSink(new URL(receiver.url), 1, options)
  await Promise.all([sink.deliver([event('1')]), sink.deliver([event('2')])])
  assert.equal(receiver.events().length, 2)
})

test('what there is no sink for is named, with what there is', () => {
  assert.throws(() => openSink(new URL('ftp://user:pass@example.org/x'), 1, options), {
    name: 'ConfigError',
    message: `there is no sink for ftp: URLs: use one of ${SINK_SCHEMES.join(' ')}`,
  })
})

test('a file: URL with a host is a fault that shows the right form', () => {
  assert.throws(() => openSink(new URL('file://var/lib/events.ndjson'), 1, options), {
    name: 'ConfigError',
    message: 'a file: URL has three slashes and an absolute path, such as file:///var/lib/tidings/events.ndjson',
  })
})
