import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Test } from '../../../lib/core/condition.ts'
import { conditionMatcher } from '../../../lib/sinks/routes/route-condition.ts'
import type { ConditionDocument } from '../../../lib/sinks/routes/route-document.ts'
import { event } from '../contract.ts'

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

const HOLDS: Readonly<Record<string, ConditionDocument>> = {
  'nothing asked': {},
  'a glob on an attribute': { type: 'com.amazonaws.s3.ObjectCreated:*' },
  'the short name of a type, as in .on': { type: 'ObjectCreated:*' },
  'a word on the short name of a type': { type: { prefix: 'ObjectCreated' } },
  'a priority in capitals': { priority: ['ERROR', { prefix: 'INF' }] },
  'one character of a glob': { priority: 'inf?' },
  'several attributes': { type: '*', priority: 'info', specversion: '1.0' },
  'one of a list': { priority: ['error', 'info'] },
  'a prefix and a suffix': { source: { prefix: 'ceph:', suffix: '.photos' } },
  'an exact text': { priority: { exact: 'info' } },
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
  'that it is not there': { nothere: { exists: false }, data: { 's3.bucket.name': { exists: false } } },
  'that an empty list is there': { data: { empty: { exists: true } } },
  'that it is not something else': { priority: { not: ['error', 'critical'] } },
  'that no item of a list is': { data: { tags: { not: 'green' } } },
  'any and all of tests': { type: { any: ['x', { all: [{ prefix: 'com.' }, { suffix: 'Put' }] }] } },
  'any of conditions': { any: [{ priority: 'error' }, { data: { tags: 'red' } }] },
  'all of conditions': { all: [{ priority: 'info' }, { data: { tags: 'red' } }] },
  'not a condition': { not: { priority: 'error' } },
}

const FAILS: Readonly<Record<string, ConditionDocument>> = {
  'not, of the short name of a type': { type: { not: 'ObjectCreated:Put' } },
  'a glob is the whole text': { type: 'ObjectCreated' },
  'an exact text is not a glob': { type: { exact: 'com.*' } },
  'an attribute that is not there': { kind: '*' },
  'what an object inherits': { constructor: { exists: true }, data: { toString: { exists: true } } },
  'a text where a number has limits': { data: { 's3.object.key': { min: 0 } } },
  'a path through a text': { data: { 's3.object.key.length': { exists: true } } },
  'text against an object': { data: { s3: '*' } },
  'none of a list': { priority: [] },
  'any of no conditions': { any: [] },
  'one of several that does not hold': { type: '*', priority: 'error' },
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
    assert.equal(conditionMatcher({ type })(server), true, type)
  for (const type of ['instance.delete.*', 'nova.*']) assert.equal(conditionMatcher({ type })(server), false, type)
  assert.equal(conditionMatcher({ type: 'thing' })(event('1', { type: 'org.example.thing' })), false)
})

test('a type passes by its short name only if it is of S3 or OpenStack', () => {
  const passes = (type: string, asked: Test) => conditionMatcher({ type: asked })(event('1', { type }))
  assert.ok(passes('org.openstack.nova.compute.instance.create.end', 'compute.instance.create.end'))
  assert.ok(passes('com.example.made', 'com.example.made'))
  for (const asked of ['made', 'example.made', 'om.example.made', ''])
    assert.ok(!passes('com.example.made', asked), asked)
})

test('several conditions must all hold, and one that must not never does', () => {
  const error: ConditionDocument = { priority: 'error' }
  const info: ConditionDocument = { priority: 'info' }
  for (const condition of [{ ...info, not: info }, { ...info, any: [error] }, { all: [info, error] }, { not: info }]) {
    assert.ok(!conditionMatcher(condition)(photo), JSON.stringify(condition))
  }
  assert.ok(!conditionMatcher({ priority: 'info', data: { code: '405' } })(photo))
})
