import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createQuietExchanges } from '../../../lib/relay/watching/quiet-exchanges.ts'
import { logLines } from '../rig.ts'

const MINUTE = 60_000

test('a bound exchange that has brought nothing for an hour gets one line, until it brings something', () => {
  const { log, lines } = logLines()
  let ms = 0
  const quiet = createQuietExchanges({ name: '//q', log, now: () => ms })
  const pass = (minutes: number, bound: readonly string[]) => {
    ms += minutes * MINUTE
    quiet.check(bound)
    return lines.splice(0).map(({ level, exchanges }) => [level, exchanges])
  }
  quiet.check(['nova', 'heat'])
  quiet.came('nova')
  assert.deepEqual(pass(59, ['nova', 'heat']), [])
  quiet.came('nova')
  assert.deepEqual(pass(1, ['nova', 'heat']), [['info', ['heat']]])
  assert.deepEqual(pass(30, ['nova', 'heat']), [])
  assert.deepEqual(pass(60, ['nova', 'heat']), [['info', ['nova']]])
  quiet.came('heat')
  assert.deepEqual(pass(59, ['heat']), [])
  assert.deepEqual(pass(1, ['heat']), [['info', ['heat']]])
})
