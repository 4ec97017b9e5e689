import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkHistory, type Death, type Entry } from './history.ts'

const LEASE_MS = 1000

/** `12 a claimed 1`: at 12, process a claimed the event with the number 1. */
const entriesOf = (lines: readonly string[]): readonly Entry[] =>
  lines.map((line) => {
    const [at, by = '', what, fence] = line.split(' ')
    return { at: Number(at), by, what: what as Entry['what'], fence: Number(fence), event: 'photo' } // As written below.
  })

const check = (lines: readonly string[], deaths: readonly Death[] = []) =>
  checkHistory({ entries: entriesOf(lines), deaths, sent: ['photo'], leaseMs: LEASE_MS })

describe('the checker of histories accepts', () => {
  test('an event that is claimed, has its effect, and is done', () => {
    const { faults, twice, inHand } = check(['0 a claimed 1', '1 a effect 1', '1 a done 1'])
    assert.deepEqual([faults, twice, [...inHand]], [[], [], []])
  })

  test('an event that failed, and that another took', () => {
    assert.deepEqual(check(['0 a claimed 1', '5 a freed 1', '6 b claimed 2', '7 b effect 2', '8 b done 2']).faults, [])
  })

  test('that the store answers the next process before the one that gave its claim back', () => {
    assert.deepEqual(check(['0 a claimed 1', '5 b claimed 2', '6 a freed 1', '7 b effect 2', '8 b done 2']).faults, [])
  })

  test('two effects, where the first process was killed before it was done', () => {
    const lines = ['0 a claimed 1', '1 a effect 1', '1001 b claimed 2', '1002 b effect 2', '1003 b done 2']
    const { faults, twice, inHand } = check(lines, [{ at: 2, by: 'a' }])
    assert.deepEqual([faults, twice, [...inHand]], [[], ['photo'], ['photo']])
  })

  test('two effects, where the store was killed before it was done', () => {
    const lines = ['0 a claimed 1', '1 a effect 1', '1001 b claimed 2', '1002 b effect 2', '1003 b done 2']
    assert.deepEqual(check(lines, [{ at: 1, by: 'all' }]).faults, [])
  })

  test('the effect of a process that lost its claim, before another is done', () => {
    const lines = ['0 a claimed 1', '1001 b claimed 2', '1002 a effect 1', '1003 b effect 2', '1003 b done 2']
    assert.deepEqual(check(lines, [{ at: 1100, by: 'a' }]).faults, [])
  })
})

describe('the checker of histories refuses', () => {
  const refused: Readonly<Record<string, readonly [lines: readonly string[], ...faults: readonly string[]]>> = {
    'an event without an effect': [['0 a claimed 1'], 'photo is lost'],
    'an effect without a claim': [['0 a effect 1'], 'photo: effect 1 by a: without a claim'],
    'an effect with the claim of another': [['0 a claimed 1', '1 b effect 1'], 'photo: effect 1 by b: without a claim'],
    'two claims at once': [
      ['0 a claimed 1', '999 b claimed 2', '1000 b effect 2', '1001 b done 2'],
      'photo: claimed 2 by b: a held it',
    ],
    'one number for two claims': [
      ['0 a claimed 1', '1 a freed 1', '2 b claimed 1', '3 b effect 1', '4 b done 1'],
      'photo: claimed 1 by b: 1 came before',
    ],
    'a claim of what is done': [
      ['0 a claimed 1', '1 a effect 1', '2 a done 1', '2000 b claimed 2'],
      'photo: claimed 2 by b: a had done it',
    ],
    'an effect after another is done': [
      ['0 a claimed 1', '1001 b claimed 2', '1002 b effect 2', '1003 b done 2', '1004 a effect 1'],
      'photo: effect 1 by a: b had done it',
      'photo has two effects, in no hand at a kill',
    ],
    'an event that is done before its effect': [
      ['0 a claimed 1', '1 a done 1', '2 a effect 1'],
      'photo: done 1 by a: without an effect',
      'photo: effect 1 by a: a had done it',
    ],
    'an effect of what was given back': [
      ['0 a claimed 1', '1 a freed 1', '2 a effect 1'],
      'photo: effect 1 by a: after the end of its claim',
    ],
    'the mark of a process that lost its claim': [
      ['0 a claimed 1', '1 a effect 1', '1001 b claimed 2', '1002 a done 1'],
      'photo: done 1 by a: b had it meanwhile',
    ],
    'two effects where nobody was killed': [
      ['0 a claimed 1', '1 a effect 1', '1001 b claimed 2', '1002 b effect 2', '1003 b done 2'],
      'photo has two effects, in no hand at a kill',
    ],
  }
  for (const [name, [lines, ...faults]] of Object.entries(refused))
    test(name, () => assert.deepEqual(check(lines).faults, faults))

  test('two effects where another process was killed, or this one too late', () => {
    const lines = ['0 a claimed 1', '1 a effect 1', '2 a freed 1', '3 b claimed 2', '4 b effect 2', '5 b done 2']
    for (const death of [
      { at: 1, by: 'c' },
      { at: 6, by: 'a' },
      { at: 6, by: 'all' },
    ])
      assert.deepEqual(check(lines, [death]).faults, ['photo has two effects, in no hand at a kill'])
  })
})
