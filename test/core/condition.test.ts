import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeMatcher, type Test, testMatcher, valueAt } from '../../lib/core/condition.ts'

test('a test of a value holds or does not, by the kind of both', () => {
  const cases: [test: Test, holds: readonly unknown[], fails: readonly unknown[]][] = [
    ['a*', ['a', 'abc', ['x', 'ab']], ['b', undefined, null, {}, ['x'], []]],
    ['1', [1, '1'], [11, true]],
    ['true', [true, 'true'], [false, 1]],
    [5, [5, '5', [1, 5]], [50, '50', '5.0', true, null, undefined]],
    [true, [true, 'true'], [false, 'false', 1, undefined]],
    [null, [null, [1, null]], [undefined, '', 0, 'null', {}]],
    [
      ['a', 5],
      ['a', 5, '5'],
      ['b', 6],
    ],
    [{}, ['a', undefined], []],
    [{ exact: 'a*' }, ['a*', ['a*']], ['ab', 'a', undefined]],
    [{ exact: '5' }, [5, '5'], [50]],
    [{ prefix: 'ab' }, ['ab', 'abc', ['x', 'abc']], ['xab', '', null, undefined, {}]],
    [{ prefix: 'null' }, [], [null, undefined]],
    [{ suffix: 'ab' }, ['ab', 'xab'], ['abx', null, undefined, {}]],
    [{ suffix: 'defined' }, [], [undefined]],
    [{ prefix: 'a', suffix: 'c' }, ['abc'], ['ab', 'bc']],
    [{ min: 2 }, [2, 3, '2', '2.5', ['1', 2]], [1, '1', '2a', 'two', '', null, undefined, true, ['1']]],
    [{ max: 2 }, [2, -5, '-5'], [3, '3', null, undefined, '', 'a', {}]],
    [{ min: 2 }, ['12345678901234567890', '2.00000000000000000001'], ['-12345678901234567890', '1e3']],
    [{ min: 2, max: 4 }, [2, 3, 4], [1, 5, '1', '5']],
    [{ exists: true }, ['', 0, null], [undefined]],
    [{ exists: false }, [undefined], ['', null]],
    [{ any: ['a', { prefix: 'b' }] }, ['a', 'bc'], ['c', undefined]],
    [{ any: [] }, [], ['a']],
    [{ all: [{ prefix: 'a' }, { suffix: 'c' }] }, ['ac', 'abc'], ['ab', 'bc']],
    [{ not: 'a' }, ['b', undefined], ['a', ['b', 'a']]],
    [{ prefix: 'a', not: { suffix: 'z' } }, ['a', 'ab'], ['az', 'b']],
  ]
  for (const [asked, holds, fails] of cases) {
    const matches = testMatcher(asked)
    for (const value of holds) assert.ok(matches(value), `${JSON.stringify(asked)} ${JSON.stringify(value)}`)
    for (const value of fails) assert.ok(!matches(value), `${JSON.stringify(asked)} not ${JSON.stringify(value)}`)
  }
})

test('a priority is compared in lower case, whatever the test is', () => {
  for (const asked of ['ERROR', ['x', 'Error'], { exact: 'ERROR' }, { any: ['ERROR'] }, { not: { not: 'ERROR' } }]) {
    assert.ok(attributeMatcher('priority', asked)('error'), JSON.stringify(asked))
    assert.ok(!attributeMatcher('kind', asked)('error'), JSON.stringify(asked))
  }
  assert.ok(attributeMatcher('priority', null)(null))
  assert.ok(attributeMatcher('priority', 5)(5))
  assert.ok(attributeMatcher('priority', { exists: true })('error'))
})

test('a path ends at a value that has no parts', () => {
  assert.equal(valueAt(null, 'a'), undefined)
  assert.equal(valueAt({ a: null }, 'a.b'), undefined)
  assert.equal(valueAt({ a: 'text' }, 'a.length'), undefined)
  assert.equal(valueAt({ a: { b: 0 } }, 'a.b'), 0)
  assert.equal(valueAt({}, 'constructor'), undefined)
})
