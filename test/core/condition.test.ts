import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  attributeMatcher,
  type Condition,
  conditionMatcher,
  type Test,
  testMatcher,
  valueAt,
} from '../../lib/core/condition.ts'
import { event } from '../sinks/contract.ts'

const photo = event('1', {
  source: 'ceph:s3.default.photos',
  priority: 'info',
  data: {
    s3: { object: { key: 'in/a.jpg', size: 12 } },
    tags: ['red', 'blue'],
    code: '404',
    none: null,
    public: true,
    'dotted.name': 'x',
    empty: [],
  },
})

const HOLDS: Readonly<Record<string, Condition>> = {
  'nothing asked': {},
  'a glob on an attribute': { attributes: { type: 'com.amazonaws.s3.ObjectCreated:*' } },
  'the short name of a type, as in .on': { attributes: { type: 'ObjectCreated:*' } },
  'a word on the short name of a type': { attributes: { type: { prefix: 'ObjectCreated' } } },
  'a priority in capitals': { attributes: { priority: ['ERROR', { prefix: 'INF' }] } },
  'one character of a glob': { attributes: { priority: 'inf?' } },
  'several attributes': { attributes: { type: '*', priority: 'info', specversion: '1.0' } },
  'one of a list': { attributes: { priority: ['error', 'info'] } },
  'a prefix and a suffix': { attributes: { source: { prefix: 'ceph:', suffix: '.photos' } } },
  'an exact text': { attributes: { priority: { exact: 'info' } } },
  'a value in the data': { data: { 's3.object.key': 'in/*' } },
  'a number': { data: { 's3.object.size': 12 } },
  'a number that the event has as a text': { data: { code: 404 } },
  'limits of a number': { data: { 's3.object.size': { min: 12, max: 12 } } },
  'a limit of a text that is a number': { data: { code: { min: 400 } } },
  'one item of a list in the data': { data: { tags: 'blue' } },
  'a place in a list': { data: { 'tags.0': 'red' } },
  null: { data: { none: null } },
  true: { data: { public: true } },
  'that it is there': { data: { none: { exists: true } } },
  'that it is not there': { attributes: { nothere: { exists: false } }, data: { 's3.bucket.name': { exists: false } } },
  'that an empty list is there': { data: { empty: { exists: true } } },
  'that it is not something else': { attributes: { priority: { not: ['error', 'critical'] } } },
  'that no item of a list is': { data: { tags: { not: 'green' } } },
  'any and all of tests': { attributes: { type: { any: ['x', { all: [{ prefix: 'com.' }, { suffix: 'Put' }] }] } } },
  'any of conditions': { any: [{ attributes: { priority: 'error' } }, { data: { tags: 'red' } }] },
  'all of conditions': { all: [{ attributes: { priority: 'info' } }, { data: { tags: 'red' } }] },
  'not a condition': { not: { attributes: { priority: 'error' } } },
}

const FAILS: Readonly<Record<string, Condition>> = {
  'not, of the short name of a type': { attributes: { type: { not: 'ObjectCreated:Put' } } },
  'a glob is the whole text': { attributes: { type: 'ObjectCreated' } },
  'an exact text is no glob': { attributes: { type: { exact: 'com.*' } } },
  'an attribute that is not there': { attributes: { kind: '*' } },
  'what an object inherits': { attributes: { constructor: { exists: true } }, data: { toString: { exists: true } } },
  'a text where a number has limits': { data: { 's3.object.key': { min: 0 } } },
  'a path through a text': { data: { 's3.object.key.length': { exists: true } } },
  'text against an object': { data: { s3: '*' } },
  'none of a list': { attributes: { priority: [] } },
  'any of no conditions': { any: [] },
  'one of several that does not hold': { attributes: { type: '*', priority: 'error' } },
  'not, of an item of a list': { data: { tags: { not: 'red' } } },
  'null where there is a value': { data: { public: null } },
  'false where there is true': { data: { public: false } },
}

describe('a condition', () => {
  for (const [name, condition] of Object.entries(HOLDS)) {
    test(`holds: ${name}`, () => assert.equal(conditionMatcher(condition)(photo), true))
  }
  for (const [name, condition] of Object.entries(FAILS)) {
    test(`does not hold: ${name}`, () => assert.equal(conditionMatcher(condition)(photo), false))
  }
  test('on a path with dots reads nested names, not one name with a dot', () => {
    assert.equal(conditionMatcher({ data: { 'dotted.name': 'x' } })(photo), false)
  })
})

test('a type passes by its name on the wire and by its kind, for every service', () => {
  const server = {
    ...event('1', { type: 'org.openstack.nova.compute.instance.create.end' }),
    kind: 'instance.create.end',
  }
  for (const type of ['compute.instance.*', 'instance.create.end', 'org.openstack.nova.*'])
    assert.equal(conditionMatcher({ attributes: { type } })(server), true, type)
  for (const type of ['instance.delete.*', 'nova.*'])
    assert.equal(conditionMatcher({ attributes: { type } })(server), false, type)
  assert.equal(conditionMatcher({ attributes: { type: 'thing' } })(event('1', { type: 'org.example.thing' })), false)
})

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

test('a type passes by its short name only if it is of S3 or OpenStack', () => {
  const passes = (type: string, asked: Test) => conditionMatcher({ attributes: { type: asked } })(event('1', { type }))
  assert.ok(passes('org.openstack.nova.compute.instance.create.end', 'compute.instance.create.end'))
  assert.ok(passes('com.example.made', 'com.example.made'))
  for (const asked of ['made', 'example.made', 'om.example.made', ''])
    assert.ok(!passes('com.example.made', asked), asked)
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

test('several conditions must all hold, and one that must not never does', () => {
  const error: Condition = { attributes: { priority: 'error' } }
  const info: Condition = { attributes: { priority: 'info' } }
  for (const condition of [{ ...info, not: info }, { ...info, any: [error] }, { all: [info, error] }, { not: info }]) {
    assert.ok(!conditionMatcher(condition)(photo), JSON.stringify(condition))
  }
  assert.ok(!conditionMatcher({ attributes: { priority: 'info' }, data: { code: '405' } })(photo))
})

test('a path ends at a value that has no parts', () => {
  assert.equal(valueAt(null, 'a'), undefined)
  assert.equal(valueAt({ a: null }, 'a.b'), undefined)
  assert.equal(valueAt({ a: 'text' }, 'a.length'), undefined)
  assert.equal(valueAt({ a: { b: 0 } }, 'a.b'), 0)
  assert.equal(valueAt({}, 'constructor'), undefined)
})
