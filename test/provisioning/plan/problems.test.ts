import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BoundRule } from '../../../lib/provisioning/document/rule.ts'
import type { Topic } from '../../../lib/provisioning/gateway/topics.ts'
import { planApply } from '../../../lib/provisioning/plan/apply-plan.ts'
import { diffText, type Plan } from '../../../lib/provisioning/plan/plan.ts'
import { planDestroy } from '../../../lib/provisioning/plan/removal-plan.ts'
import type { State } from '../../../lib/provisioning/plan/state.ts'
import { desire } from '../desire.ts'

const topic = (name: string, more: Partial<Topic> = {}): Topic => ({
  name,
  arn: `arn:aws:sns:default::${name}`,
  attributes: new Map([
    ['push-endpoint', 'http://h/'],
    ['persistent', 'false'],
  ]),
  olderThan: undefined,
  ...more,
})
const stateOf = (topics: readonly Topic[], more: Partial<State> = {}): State => ({
  topics: new Map(topics.map((one) => [one.name, one])),
  buckets: new Map(),
  ...more,
})
const t = 'topics: [{ name: t, endpoint: "http://h/" }]'

describe('a bucket that is to be created', () => {
  const problemsOf = (name: string) =>
    planApply(desire(`{ ${t}, buckets: [{ name: "${name}", create: true, rules: [] }] }`), stateOf([topic('t')]))
      .problems

  test('has a name that RGW takes for a new one', () => {
    for (const name of [
      'abc',
      'a-b',
      'a.b',
      '0ab',
      'a1.2-3b',
      '1.2.3',
      '1.2.3.4.5',
      'a1.2.3.4',
      'tenant:abc',
      'a'.repeat(63),
    ]) {
      assert.deepEqual(problemsOf(name), [], name)
    }
  })

  test('is a problem with another one', () => {
    for (const name of ['1.2.3.4', '192.168.10.12', 'a..b', 'a.-b', 'a-.b', 'tenant:1.2.3.4']) {
      assert.deepEqual(
        problemsOf(name),
        [
          {
            path: 'buckets.0.name',
            message:
              'RGW does not create a bucket of this name: use 3 to 63 lower-case letters, digits, dots and dashes, without .. ' +
              'and .-, or create it yourself and remove create',
          },
        ],
        name,
      )
    }
  })
})

describe('a topic that the document does not declare', () => {
  const problemsOf = (name: string, state: State) =>
    planApply(desire(`topics: [{ name: a, endpoint: "http://h/" }, { name: "${name}", existing: true }]`), state)
      .problems

  test('and that is not there is a problem, by its name and by its ARN before Ceph 19', () => {
    assert.deepEqual(problemsOf('b', stateOf([topic('a')])), [
      {
        path: 'topics.1',
        message:
          'topic b does not exist, or this user may not list it: create it, declare its endpoint, or name the topic of another ' +
          'user by its ARN (arn:aws:sns:<zonegroup>:<tenant or account>:b)',
      },
    ])
    const arn = 'arn:aws:sns:default:theirs:b'
    assert.deepEqual(problemsOf(arn, stateOf([topic('a', { olderThan: 17 })])), [
      {
        path: 'topics.1',
        message:
          `topic ${arn} is not in the tenant of this user, and before Ceph 19 the gateway would use the topic of that name in ` +
          'this tenant: use the keys of a user of that tenant',
      },
    ])
    assert.deepEqual(problemsOf(arn, stateOf([topic('a')])), [])
    assert.deepEqual(problemsOf(arn, stateOf([topic('x', { arn, olderThan: 17 })])), [])
    assert.deepEqual(problemsOf('b', stateOf([topic('b')])), [])
  })
})

test('a topic of another user is a problem, unless the document takes it as it is', () => {
  const theirs = stateOf([topic('t', { owner: 'ann' })], { foreign: new Set(['t']) })
  assert.deepEqual(planApply(desire(t), theirs).problems, [
    {
      path: 'topics.0',
      message:
        'topic t belongs to ann: write existing: true to use it as it is, or its ARN (arn:aws:sns:default::t) to change only ' +
        'the settings that the document names',
    },
  ])
  assert.deepEqual(planApply(desire('topics: [{ name: t, existing: true }]'), theirs).problems, [])
  assert.deepEqual(planApply(desire(t), stateOf([topic('t')], { foreign: new Set(['other']) })).problems, [])
})

test('destroy leaves a topic of another user, and says whose it is', () => {
  const theirs = stateOf([topic('t', { owner: 'ann', ruleIds: [] }), topic('u', { ruleIds: [] })], {
    foreign: new Set(['t']),
  })
  const desired = desire('topics: [{ name: t, endpoint: "http://h/" }, { name: u, endpoint: "http://h/" }]')
  const { changes, notes } = planDestroy(desired, theirs)
  assert.deepEqual(
    changes.map(({ name }) => name),
    ['u'],
  )
  assert.deepEqual(notes, ['topic t: not removed, because it belongs to ann'])
})

test('exchanges that are missing are declared first, and those that cannot be are problems', () => {
  const desired = desire(`topics: [{ name: q, endpoint: "amqp://h", exchange: events, declareExchange: true },
    { name: t, endpoint: "http://h/" }]`)
  const problem = { path: 'topics.0.exchange', message: 'the broker is away' }
  const plan = planApply(desired, stateOf([], { exchanges: { missing: new Set(['q']), problems: [problem] } }))
  assert.deepEqual(plan.changes[0], { action: 'create', kind: 'exchange', name: 'events', topic: 'q', differences: [] })
  assert.deepEqual([plan.changes.length, plan.problems], [3, [problem]])
})

test('a rule on a topic that is to be created again stays where it is, and one on another topic moves', () => {
  const desired = desire(`{ ${t}, buckets: [{ name: bucket, rules: [{ id: r, topic: t }] }] }`)
  const bound = (name: string): BoundRule => ({
    id: 'r',
    topic: name,
    topicArn: `arn:aws:sns:default::${name}`,
    events: ['ObjectCreated:*', 'ObjectRemoved:*'],
    filter: { key: [], metadata: [], tags: [] },
  })
  const actions = (name: string) =>
    planApply(desired, stateOf([], { buckets: new Map([['bucket', [bound(name)]]]) })).changes.map(
      ({ action, kind }) => `${action} ${kind}`,
    )
  assert.deepEqual(actions('t'), ['create topic', 'bind rule'])
  assert.deepEqual(actions('other'), ['create topic', 'move rule'])
})

test('a plan as text has its changes, problems, ignored attributes, kept topics and notes, then the sum', () => {
  const plan: Plan = {
    changes: [
      { action: 'create', kind: 'exchange', name: 'e', topic: 't', differences: [{ name: 'type' }] },
      {
        action: 'update',
        kind: 'topic',
        name: 't',
        differences: [
          { name: 'a', from: '1', to: '2' },
          { name: 'b', from: '1' },
        ],
      },
      { action: 'remove', kind: 'rule', name: 'r', bucket: 'b', differences: [] },
    ],
    problems: [{ path: 'topics.0', message: 'is wrong' }],
    ignored: [{ topic: 't', attribute: 'policy', message: 'is ignored' }],
    kept: [{ topic: 'k', usedBy: [{ bucket: 'b', rule: 'r' }, { rule: 's' }] }],
    notes: ['a note'],
  }
  assert.equal(
    diffText(plan),
    `+ exchange e of topic t
    type: 
~ topic t
    a: 1 -> 2
    b: 1 -> (none)
- rule r of bucket b
! topics.0: is wrong
! topic t: is ignored
! topic k: not removed, because other rules use it: b/r, rule s in a bucket of another user
! a note
1 to create, 1 to update, 1 to remove
`,
  )
  const none = { ...plan, changes: [], ignored: [], kept: [], notes: [] }
  assert.equal(diffText(none), '! topics.0: is wrong\nnothing can be applied before that is solved\n')
  assert.equal(diffText({ ...none, problems: [] }), 'no changes: the gateway matches the document\n')
  assert.equal(diffText({ ...none, problems: [] }, 'nothing'), 'nothing\n')
})
