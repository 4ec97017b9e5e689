import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate } from '../../../lib/relay/consuming/gate.ts'
import { logLines } from '../rig.ts'

const setUp = () => {
  const { log, lines } = logLines()
  const clock = { ms: 0 }
  const gate = createGate({
    backoff: { firstMs: 1000, maxMs: 4000 },
    log,
    now: () => clock.ms,
    random: () => 0,
  })
  return { gate, clock, lines, levels: () => lines.splice(0).map(({ level, pausedMs }) => pausedMs ?? level) }
}

test('the log says once that the relay pauses, and how long it did', () => {
  const { gate, clock, levels } = setUp()
  clock.ms = 1000
  gate.shut('silent', new Error('away'))
  gate.shut('silent')
  assert.deepEqual(levels(), ['error', 'debug'])
  clock.ms = 3500
  gate.answered()
  gate.answered()
  assert.deepEqual(levels(), [2500])
  gate.shut('silent')
  assert.deepEqual(levels(), ['error'])
})

test('the log says why the relay pauses, still pauses, and goes on', () => {
  const { gate, lines } = setUp()
  const error = new Error('away')
  gate.shut('silent', error)
  gate.shut('failing')
  gate.answered()
  assert.deepEqual(lines, [
    {
      level: 'error',
      message:
        'paused: the function gives no answer; no message is lost, and the function is tried again until it answers',
      error,
    },
    { level: 'debug', message: 'still paused: the function failed for several messages in a row' },
    { level: 'info', message: 'resumed: the function answers', pausedMs: 0 },
  ])
})

test('any answer opens a gate that silence shut', () => {
  const { gate } = setUp()
  gate.shut('silent')
  gate.heard()
  assert.equal(gate.isShut, false)
})

test('only a message that is taken opens a gate that failures shut, also after silence', () => {
  const { gate } = setUp()
  gate.shut('failing')
  gate.shut('silent')
  gate.heard()
  assert.equal(gate.isShut, true)
  gate.answered()
  assert.equal(gate.isShut, false)
})

test('a function that fails while it is silent has to take a message, and the next silence is a new one', () => {
  const { gate } = setUp()
  gate.shut('silent')
  gate.shut('failing')
  gate.heard()
  assert.equal(gate.isShut, true)
  gate.answered()
  gate.shut('silent')
  gate.heard()
  assert.equal(gate.isShut, false)
})

test('three messages in a row that fail for the first time shut the gate', () => {
  const { gate } = setUp()
  gate.doubt([0, 0])
  assert.equal(gate.isShut, false)
  gate.doubt([0])
  assert.equal(gate.isShut, true)
})

test('a message that is taken in between ends the row', () => {
  const { gate } = setUp()
  gate.doubt([0, 0])
  gate.answered()
  gate.doubt([0, 0])
  assert.equal(gate.isShut, false)
})

test('messages that failed before count only together, and only before the function has taken any', () => {
  const { gate } = setUp()
  for (let count = 0; count < 5; count++) gate.doubt([1, 1])
  assert.equal(gate.isShut, false)
  gate.doubt([1, 1, 1])
  assert.equal(gate.isShut, true)
  gate.answered()
  for (let count = 0; count < 5; count++) gate.doubt([1, 1, 1])
  assert.equal(gate.isShut, false)
})

test('the waits between two tries grow, and begin anew with the next pause', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { gate } = setUp()
  const { signal } = new AbortController()
  /** Milliseconds until the next turn. */
  const turnAfter = async (): Promise<number> => {
    let isOver = false
    const turn = gate.turn(signal).then(() => {
      isOver = true
    })
    for (let ms = 0; ; ms += 250) {
      await Promise.resolve()
      await Promise.resolve()
      if (isOver) return turn.then(() => ms)
      t.mock.timers.tick(250)
    }
  }
  gate.shut('silent')
  const first = await turnAfter()
  const second = await turnAfter()
  assert.ok(second > first, `${second} ms after ${first} ms`)
  gate.answered()
  gate.shut('silent')
  assert.equal(await turnAfter(), first)
})

test('a stop ends the wait for a turn', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { gate } = setUp()
  const control = new AbortController()
  gate.shut('silent')
  const turn = gate.turn(control.signal)
  control.abort()
  await turn
})
