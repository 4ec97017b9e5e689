import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { progressLine, showRelayProgress } from '../../lib/cli/progress.ts'
import type { Relay, SourceStatus } from '../../lib/relay/status.ts'

const source = (given: Partial<SourceStatus> = {}): SourceStatus => ({
  name: '//tidings',
  state: 'consuming',
  consumed: 0,
  acked: 0,
  retried: 0,
  deadLettered: 0,
  droppedRpc: 0,
  reconnects: 0,
  inFlight: 0,
  depth: undefined,
  deadLetters: undefined,
  ...given,
})

test('a relay in one line: sources together, what is zero left out', () => {
  const before = { sources: [source({ acked: 1000 }), source({ acked: 100 })] }
  const now = {
    sources: [
      source({ acked: 1100, inFlight: 12, depth: 3000, retried: 2 }),
      source({ acked: 104, state: 'paused', depth: 400, deadLettered: 1, droppedRpc: 7, reconnects: 3 }),
    ],
  }
  assert.equal(
    progressLine(now, before, 2000),
    'consuming, paused  1204 acked (52/s)  12 in flight  3400 waiting  2 retried  1 dead letters  7 RPC dropped  3 reconnects',
  )
  assert.equal(progressLine({ sources: [source()] }, { sources: [source()] }, 0), 'consuming  0 acked (0/s)')
})

const fakeRelay = (status: () => SourceStatus): Relay => ({
  status: () => ({ sources: [status()] }),
  stop: async () => {},
  ended: Promise.resolve(undefined),
})

test('on a terminal the line is written again and again, the log above it; at the end it is gone', () => {
  mock.timers.enable({ apis: ['setInterval', 'Date'] })
  const written: string[] = []
  const progress = showRelayProgress({ isTTY: true, write: (text) => written.push(text) })
  let acked = 0
  progress.watch(fakeRelay(() => source({ acked })))
  acked = 100
  mock.timers.tick(500)
  progress.above.write('{"log":1}\n')
  progress.end()
  mock.timers.tick(5000)
  mock.timers.reset()
  assert.deepEqual(written, [
    '\r\u001b[Kconsuming  0 acked (0/s)',
    '\r\u001b[Kconsuming  100 acked (200/s)',
    '\r\u001b[K{"log":1}\nconsuming  100 acked (200/s)',
    '\r\u001b[K',
  ])
})

test('elsewhere there is the log alone', () => {
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) }
  const progress = showRelayProgress(output)
  progress.watch(fakeRelay(() => source()))
  progress.above.write('{"log":1}\n')
  progress.end()
  assert.deepEqual(written, ['{"log":1}\n'])
})
