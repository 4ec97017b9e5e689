import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Received, Taken } from '../../../lib/relay/broker/copy.ts'
import { createGate } from '../../../lib/relay/consuming/gate.ts'
import {
  createAlone,
  createDeliverInTurn,
  createLastAlone,
  handleOneByOne,
  MAX_HOLD_MS,
  type OneByOneOptions,
} from '../../../lib/relay/consuming/one-by-one.ts'
import type { Settle } from '../../../lib/relay/consuming/settle.ts'
import { FAST, logLines } from '../rig.ts'

const message = (body: string, changes: Partial<Taken> = {}): Taken => ({
  attempts: 0,
  isAgain: false,
  deaths: 0,
  notBefore: undefined,
  copy: body,
  message: {
    body: Buffer.from(body),
    queue: 'q',
    vhost: '/',
    exchange: 'nova',
    routingKey: 'notifications.info',
    redelivered: false,
    deliveryTag: 1,
    properties: {},
  },
  ...changes,
})

/** The queues as lists; a message that is set apart is in the second one from then on. */
const setUp = (main: Taken[], alone: Taken[] = [], takes: (body: string) => boolean = () => true) => {
  const steps: string[] = []
  const control = new AbortController()
  const gate = createGate({
    backoff: { firstMs: 1, maxMs: 1 },
    log: logLines().log,
    now: Date.now,
    random: () => 0,
  })
  const note = (word: string) => async (received: { message: Taken['message'] }) => {
    steps.push(`${word} ${received.message.body}`)
  }
  const settle: Settle = {
    ack: () => {},
    retry: note('retry'),
    postpone: note('postpone'),
    reject: async ({ message: { body } }, reason) => void steps.push(`reject ${body}: ${reason}`),
    setApart: async (taken, deaths) => {
      steps.push(`set apart ${taken.message.body} ${deaths}`)
      if (!control.signal.aborted) alone.push({ ...taken, isAgain: false, deaths, copy: `${taken.copy}+` })
    },
  }
  const lastAlone = createLastAlone()
  const clock = { ms: 1000 }
  const options: OneByOneOptions = {
    gate,
    lastAlone,
    timings: FAST,
    take: async (from) => (from === 'main' ? main : alone).shift(),
    deliverOne: async ([received]) => {
      const body = String(received?.message.body)
      steps.push(`deliver ${body}`)
      if (takes(body)) gate.answered()
      return takes(body)
    },
    settle,
    longestDelayMs: 2 * MAX_HOLD_MS,
    signal: control.signal,
    now: () => clock.ms,
  }
  const deliver = async (batch: readonly Received[]) => {
    const bodies = batch.map((received) => String(received.message.body))
    steps.push(`deliver ${bodies.join(' ')}`)
    return bodies.every(takes)
  }
  return {
    run: () => handleOneByOne(options),
    inTurn: createDeliverInTurn(options, createAlone(options), deliver),
    alone: createAlone(options),
    steps,
    gate,
    control,
    lastAlone,
    clock,
  }
}

test('the first message that comes for the first time may go with others, and is not handed over here', async () => {
  const { run, steps } = setUp([message('a'), message('b')])
  assert.equal((await run())?.message.body.toString(), 'a')
  assert.deepEqual(steps, [])
  assert.equal(await setUp([]).run(), undefined)
})

test('messages that come again are set apart and handed over one at a time, before any other', async () => {
  const { run, steps } = setUp([message('a', { isAgain: true }), message('b', { isAgain: true }), message('c')])
  assert.equal((await run())?.message.body.toString(), 'c')
  assert.deepEqual(steps, ['set apart a 1', 'deliver a', 'set apart b 1', 'deliver b'])
})

test('a message over which a process ended for the third time is a dead letter', async () => {
  const { run, steps } = setUp(
    [],
    [message('a', { isAgain: true, deaths: 1 }), message('b', { isAgain: true, deaths: 2 })],
  )
  await run()
  assert.deepEqual(steps, ['set apart a 2', 'reject b: its handling ended the process 3 times', 'deliver a'])
})

test('a message that this process had in hand when its channel was lost has ended no process', async () => {
  const { run, steps, lastAlone } = setUp([], [message('a', { isAgain: true, deaths: 2 })])
  lastAlone.deaths(message('a', { deaths: 2 }))
  await run()
  assert.deepEqual(steps, ['deliver a'])
})

test('a message that was lost with its channel on its way to this process has ended no process', async () => {
  const { run, steps, lastAlone } = setUp(
    [],
    [message('a', { isAgain: true, deaths: 2 }), message('b', { isAgain: true })],
  )
  lastAlone.lost()
  await run()
  assert.deepEqual(steps, ['deliver a', 'set apart b 1', 'deliver b'])
})

test('a message that was lost with its channel while a death was noted is not handled before that', async () => {
  const { run, steps } = setUp(
    [],
    [message('a', { isAgain: true, deaths: 1 }), message('a', { isAgain: true, deaths: 1 })],
  )
  await run()
  assert.deepEqual(steps, ['set apart a 2', 'set apart a 2', 'deliver a', 'deliver a'])
})

test('while the gate is shut each message is tried alone, and postponed when the function does not take it', async () => {
  const { run, steps, gate } = setUp([message('a'), message('b'), message('c')], [], (body) => body !== 'a')
  gate.shut('silent')
  assert.equal((await run())?.message.body.toString(), 'c')
  assert.deepEqual(steps, ['deliver a', 'postpone a', 'deliver b'])
})

test('a message that is to wait is handed over when its time has come', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { run, steps } = setUp([], [message('a', { notBefore: new Date(6000) })])
  const running = run()
  await turn()
  t.mock.timers.tick(4999)
  await turn()
  assert.deepEqual(steps, [])
  t.mock.timers.tick(1)
  await running
  assert.deepEqual(steps, ['deliver a'])
})

test('a message that is to wait longer than a channel may hold it is set apart anew', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { run, steps, control } = setUp([], [message('a', { deaths: 1, notBefore: new Date(2 * MAX_HOLD_MS) })])
  const running = run()
  await turn()
  t.mock.timers.tick(MAX_HOLD_MS)
  await turn()
  assert.deepEqual(steps, ['set apart a 1'])
  control.abort()
  await running
})

test('no message waits longer than the longest delay, whatever its header says', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { run, steps, clock } = setUp([], [message('a', { notBefore: new Date('9999-01-01T00:00:00Z') })])
  const running = run()
  for (let holds = 0; holds < 2; holds++) {
    await turn()
    clock.ms += MAX_HOLD_MS
    t.mock.timers.tick(MAX_HOLD_MS)
  }
  await running
  assert.deepEqual(steps, ['set apart a 0', 'deliver a'])
})

test('when the relay is told to stop, the message in hand keeps its place and its count', async () => {
  const { run, steps, gate, control } = setUp([], [message('a', { deaths: 2 })])
  gate.shut('silent')
  const running = run()
  control.abort()
  await running
  assert.deepEqual(steps, ['set apart a 2'])
})

test('a message that may be tried just when a channel has to let it go is tried', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { run, steps } = setUp([], [message('a', { notBefore: new Date(1000 + MAX_HOLD_MS) })])
  const running = run()
  await turn()
  t.mock.timers.tick(MAX_HOLD_MS)
  await running
  assert.deepEqual(steps, ['deliver a'])
})

test('while the gate is shut each message waits for its turn, and while it is open none does', async (t) => {
  const { run, gate } = setUp([message('a'), message('b')], [message('c')], (body) => body !== 'a')
  const turns = t.mock.method(gate, 'turn')
  await run()
  assert.equal(turns.mock.callCount(), 0)
  const shut = setUp([message('a'), message('b'), message('c')], [], (body) => body !== 'a')
  const turnsThen = t.mock.method(shut.gate, 'turn')
  shut.gate.shut('silent')
  await shut.run()
  assert.equal(turnsThen.mock.callCount(), 2)
})

test('while the gate is shut an empty queue is looked at again after a pause', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const main: Taken[] = []
  const { run, steps, gate } = setUp(main)
  gate.shut('silent')
  const running = run()
  await turn()
  main.push(message('a'))
  t.mock.timers.tick(FAST.pause.firstMs)
  await turn()
  t.mock.timers.tick(FAST.pause.maxMs)
  assert.equal(await running, undefined)
  assert.deepEqual(steps, ['deliver a'])
})

test('a relay that is told to stop while it handles a message alone takes no other one', async () => {
  const main = [message('b')]
  const alone = [message('a'), message('c')]
  const { run, steps, control } = setUp(main, alone, () => {
    control.abort()
    return true
  })
  assert.equal(await run(), undefined)
  assert.deepEqual([steps, main.length, alone.length], [['deliver a'], 1, 1])
})

test('messages set apart are worked off only for as long as they may be', async () => {
  const waiting = [message('a'), message('b')]
  const { alone, steps } = setUp([], waiting)
  await alone.workOff(() => true)
  assert.equal(waiting.length, 2)
  await alone.workOff(() => steps.length > 0)
  assert.deepEqual([steps, waiting.length], [['deliver a'], 1])
})

const again = (body: string) => message(body, { isAgain: true })

test('in order, what comes again is handled alone between those before it and those behind it', async () => {
  const { inTurn, steps } = setUp([])
  assert.equal(await inTurn([message('a'), message('b'), again('c'), again('d'), message('e')]), true)
  assert.deepEqual(steps, ['deliver a b', 'set apart c 1', 'deliver c', 'set apart d 1', 'deliver d', 'deliver e'])
})

test('in order, nothing follows a message that the function did not take', async () => {
  const { inTurn, steps } = setUp([], [], (body) => body !== 'a')
  assert.equal(await inTurn([message('a'), again('b')]), false)
  assert.deepEqual(steps, ['deliver a'])
})

test('in order, a relay that is told to stop sets nothing apart', async () => {
  const { inTurn, steps, control } = setUp([], [], () => {
    control.abort()
    return true
  })
  assert.equal(await inTurn([message('a'), again('b'), message('c')]), false)
  assert.deepEqual(steps, ['deliver a'])
})

test('in order, those behind go back when the gate shuts meanwhile, or when they were held for as long as they may be', async () => {
  const shut = setUp([], [], () => {
    shut.gate.shut('silent')
    return true
  })
  shut.gate.answered = () => {}
  assert.equal(await shut.inTurn([again('a'), message('b')]), false)
  assert.deepEqual(shut.steps, ['set apart a 1', 'deliver a'])
  const late = setUp([], [message('x'), message('y')], () => {
    late.clock.ms += MAX_HOLD_MS
    return true
  })
  assert.equal(await late.inTurn([again('a'), message('b')]), false)
  assert.deepEqual(late.steps, ['set apart a 1', 'deliver x'])
})
