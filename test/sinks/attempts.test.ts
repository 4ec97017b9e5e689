import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createClientSink, refused, type Send, unavailable } from '../../lib/sinks/attempts.ts'
import { grouped } from '../../lib/sinks/group-commit.ts'
import { event, fatesOf } from './contract.ts'

const TIMEOUT_MS = 200
const sinkOf = (send: Send, retries = 1) =>
  createClientSink({ where: 'sink x:', send }, { timeoutMs: TIMEOUT_MS, retries })
const manyEvents = (count: number) => Array.from({ length: count }, (_, index) => event(String(index)))
const NEVER = new Promise<never>(() => {})

describe('a sink whose service confirms each event', () => {
  test('gives a long call the time it takes, as long as answers come', async () => {
    const sent: string[] = []
    const sink = sinkOf(async (events, tell) => {
      for (const [index, { id }] of events.entries()) {
        await delay(TIMEOUT_MS / 10)
        sent.push(id)
        tell(index, undefined)
      }
    }, 0)
    const events = manyEvents(20)
    await sink.deliver(events)
    assert.deepEqual(
      sent,
      events.map(({ id }) => id),
    )
  })

  test('sends again only what was not confirmed before the service fell silent', async () => {
    const attempts: string[][] = []
    const sink = sinkOf(async (events, tell) => {
      attempts.push(events.map(({ id }) => id))
      if (attempts.length > 1) for (const index of events.keys()) tell(index, undefined)
      else {
        tell(1, undefined)
        await NEVER
      }
    })
    const { settle, taken } = fatesOf()
    await sink.deliver(manyEvents(3), undefined, settle)
    assert.deepEqual(attempts, [
      ['0', '1', '2'],
      ['0', '2'],
    ])
    assert.deepEqual(taken(), ['1', '0', '2'])
  })

  test('does not try again where the certificate of the server is not trusted', async () => {
    let attempts = 0
    const sink = sinkOf(async () => {
      attempts += 1
      throw Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    })
    await assert.rejects(sink.deliver([event('1')]), {
      code: 'sink_unavailable',
      message: /^sink x:: the server's certificate is not of a trusted authority \(DEPTH_ZERO_SELF_SIGNED_CERT\): name/,
    })
    assert.equal(attempts, 1)
  })

  test('keeps what was confirmed and refused when the rest of the call fails', async () => {
    const sink = sinkOf(async (_events, tell) => {
      tell(0, undefined)
      tell(1, refused('never'))
      throw new Error('cut')
    }, 0)
    const { settle, taken, failed } = fatesOf()
    await assert.rejects(sink.deliver(manyEvents(3), undefined, settle), { code: 'sink_unavailable' })
    assert.deepEqual(taken(), ['0'])
    assert.deepEqual(
      failed().map(([id]) => id),
      ['1'],
    )
  })

  test('sends nothing more in an attempt that is over', async () => {
    const over: boolean[] = []
    const sink = sinkOf(async (_events, _tell, isOver) => {
      over.push(isOver())
      await delay(2 * TIMEOUT_MS)
      over.push(isOver())
    }, 0)
    await assert.rejects(sink.deliver([event('1')]), { code: 'sink_unavailable' })
    while (over.length < 2) await delay(10)
    assert.deepEqual(over, [false, true])
  })

  test('sends nothing more once the caller does not wait', async () => {
    const { signal, abort } = aborting()
    const sent: number[] = []
    const sink = sinkOf(async (events, tell, isOver) => {
      for (const index of events.keys()) {
        if (isOver()) return
        sent.push(index)
        tell(index, undefined)
        if (index === 1) abort()
      }
    })
    await assert.rejects(sink.deliver(manyEvents(4), signal))
    assert.deepEqual(sent, [0, 1])
  })
})

const aborting = () => {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

test('calls that go together get their own answers, and one that gave up meanwhile is not sent', async () => {
  const requests: string[][] = []
  const { promise: first, resolve: finishFirst } = Promise.withResolvers<void>()
  const send = grouped(async (events, tell) => {
    requests.push(events.map(({ id }) => id))
    if (requests.length === 1) await first
    for (const [index, { id }] of events.entries()) tell(index, id === 'c' ? unavailable('no') : undefined)
  })
  const told: string[] = []
  const call = (name: string, ids: readonly string[], isOver = false) =>
    send(
      ids.map((id) => event(id)),
      (index, answer) => told.push(`${name}${index} ${answer === undefined ? 'taken' : 'failed'}`),
      () => isOver,
    )
  const calls = [call('one', ['a']), call('two', ['b', 'c']), call('gone', ['d'], true), call('three', ['e'])]
  finishFirst()
  await Promise.all(calls)
  assert.deepEqual(requests, [['a'], ['b', 'c', 'e']])
  assert.deepEqual(told, ['one0 taken', 'two0 taken', 'two1 failed', 'three0 taken'])
})
