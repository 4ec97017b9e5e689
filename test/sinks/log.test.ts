import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { createLogSink } from '../../lib/sinks/log.ts'
import { event, testSink } from './contract.ts'

/** A stream that keeps what is written, until it breaks like a pipe whose reader is gone. */
const createStream = () => {
  let text = ''
  let broken = false
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      if (broken) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
        return
      }
      text += chunk
      done()
    },
  })
  return {
    stream,
    text: () => text,
    breakDown: () => {
      broken = true
    },
  }
}

testSink({
  name: 'log:',
  open: () => {
    const { stream, text, breakDown } = createStream()
    const received = () =>
      text()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    return { sink: createLogSink(stream), received, breakDown }
  },
})

test('an event is one line, whatever is in it', async () => {
  const { stream, text } = createStream()
  await createLogSink(stream).deliver([event('1', { subject: 'two\nlines\r\n' }), event('2')])
  assert.deepEqual(
    text()
      .split('\n')
      .map((line) => line && JSON.parse(line).id),
    ['1', '2', ''],
  )
})

test('it waits for a stream that is slow', async () => {
  const { promise: taken, resolve: take } = Promise.withResolvers<void>()
  const order: string[] = []
  const stream = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      taken.then(() => {
        order.push('taken')
        done()
      })
    },
  })
  const delivered = createLogSink(stream)
    .deliver([event('1')])
    .then(() => order.push('delivered'))
  take()
  await delivered
  assert.deepEqual(order, ['taken', 'delivered'])
})

test('two sinks may share a stream without piling up listeners', () => {
  const { stream } = createStream()
  for (let i = 0; i < 20; i++) createLogSink(stream)
  assert.equal(stream.listenerCount('error'), 1)
})
