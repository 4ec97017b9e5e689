import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Binding } from '../../../lib/relay/broker/bind.ts'
import { createBindings, createQuietExchanges } from '../../../lib/relay/watching/bindings.ts'
import { logLines } from '../rig.ts'

const MINUTE = 60_000

const watched = (...exchanges: string[]) => {
  const { log, lines } = logLines()
  const clock = { ms: 1000 }
  const bindings = createBindings({ exchanges, log, now: () => clock.ms })
  const all = (state: Binding['state'], ...names: string[]): Binding[] =>
    names.map((exchange) => ({ exchange, state, ...(state === 'refused' && { error: new Error('403') }) }))
  /** The lines that were logged since the last call: level, exchanges, first words. */
  const told = () => lines.splice(0).map(({ level, exchanges, exchange }) => [level, exchanges ?? exchange])
  return { bindings, clock, all, told }
}

test('in the first ten minutes, missing exchanges are searched for; later only by the clock', () => {
  const { bindings, clock, all } = watched('nova', 'glance', 'heat')
  bindings.connected()
  bindings.found([...all('bound', 'nova'), ...all('missing', 'glance'), ...all('refused', 'heat')])
  assert.deepEqual([bindings.bound, bindings.searched], [['nova'], []])
  clock.ms += 999
  assert.deepEqual(bindings.searched, [])
  clock.ms += 1
  assert.deepEqual(bindings.searched, ['glance'])
  bindings.found(all('missing', 'glance'))
  assert.deepEqual(bindings.searched, [])
  clock.ms += 9 * MINUTE
  assert.deepEqual(bindings.searched, ['glance'])
  clock.ms += MINUTE
  assert.deepEqual(bindings.searched, [])
})

test('after a reconnect, exchanges that were bound before are searched for again for ten minutes', () => {
  const { bindings, clock, all } = watched('nova', 'glance')
  bindings.connected()
  bindings.found([...all('bound', 'nova'), ...all('missing', 'glance')])
  clock.ms += 60 * MINUTE
  bindings.connected()
  bindings.found(all('missing', 'nova', 'glance'))
  clock.ms += 250
  assert.deepEqual(bindings.searched, ['nova'])
  clock.ms += 9 * MINUTE
  assert.deepEqual(bindings.searched, ['nova'])
  bindings.found(all('bound', 'nova'))
  assert.deepEqual([bindings.bound, bindings.searched], [['nova'], []])
})

test('an exchange that vanishes without a reconnect is searched for too', () => {
  const { bindings, clock, all } = watched('nova')
  bindings.connected()
  bindings.found(all('bound', 'nova'))
  clock.ms += 60 * MINUTE
  bindings.found(all('missing', 'nova'))
  clock.ms += 250
  assert.deepEqual(bindings.searched, ['nova'])
})

test('the log says once a spell which exchanges are missed, waited for, bound and refused', () => {
  const { bindings, all, told } = watched('nova', 'glance', 'heat')
  bindings.connected()
  const first = [...all('bound', 'nova'), ...all('missing', 'glance'), ...all('refused', 'heat')]
  bindings.found(first)
  assert.deepEqual(told(), [
    ['error', 'heat'],
    ['info', ['nova']],
    ['warn', ['glance']],
  ])
  bindings.found(first)
  assert.deepEqual(told(), [])
  bindings.connected()
  bindings.found(first)
  assert.deepEqual(told(), [
    ['info', ['nova']],
    ['info', ['nova']],
  ])

  for (const _ of [1, 2]) bindings.found(all('missing', 'nova', 'glance'))
  assert.deepEqual(told(), [['warn', ['nova']]])
  for (const _ of [1, 2]) bindings.found(all('bound', 'nova'))
  assert.deepEqual(told(), [
    ['info', ['nova']],
    ['info', ['nova']],
  ])
  bindings.found(all('missing', 'nova'))
  assert.deepEqual(told(), [['warn', ['nova']]])
})

test('a bound exchange that has brought nothing for an hour gets one line, until it brings something', () => {
  const { log, lines } = logLines()
  let ms = 0
  const quiet = createQuietExchanges({ log, now: () => ms })
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
