import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoundRule } from '../../../lib/provisioning/document/rule.ts'
import type { Topic } from '../../../lib/provisioning/gateway/topics.ts'
import { planApply } from '../../../lib/provisioning/plan/apply-plan.ts'
import { diffText } from '../../../lib/provisioning/plan/plan.ts'
import { planDestroy, planPrune } from '../../../lib/provisioning/plan/removal-plan.ts'
import type { State } from '../../../lib/provisioning/plan/state.ts'
import { desire } from '../desire.ts'

const DESIRED = desire(`
  prefix: our-
  topics: [{ name: our-topic, endpoint: "http://h/" }, { name: our-other, endpoint: "http://h/" }]
  buckets: [{ name: bucket, rules: [{ id: our-rule, topic: our-topic, filter: { prefix: a, tags: { k: v } } }] }]
`)

const topic = (name: string, changes: Record<string, string> = {}, olderThan?: number): Topic => ({
  name,
  arn: `arn:aws:sns:default::${name}`,
  attributes: new Map(Object.entries({ 'push-endpoint': 'http://h/', persistent: 'false', ...changes })),
  olderThan,
})

const on = (name: string) => ({ topic: name, topicArn: `arn:aws:sns:default::${name}` })

const RULE: BoundRule = {
  id: 'our-rule',
  ...on('our-topic'),
  events: ['ObjectCreated:*', 'ObjectRemoved:*'],
  filter: { key: [['prefix', 'a']], metadata: [], tags: [['k', 'v']] },
}

const state = (topics: readonly Topic[], rules: readonly BoundRule[] | undefined): State => ({
  topics: new Map(topics.map((one) => [one.name, one])),
  buckets: new Map([['bucket', rules]]),
})

const BOTH = [topic('our-topic'), topic('our-other')]

const lines = (real: State): string[] => diffText(planApply(DESIRED, real)).trimEnd().split('\n')

test('nothing to do is not a change at all', () => {
  const others = [{ ...RULE, id: 'theirs' }]
  assert.deepEqual(planApply(DESIRED, state([...BOTH, topic('theirs')], [RULE, ...others])), {
    changes: [],
    problems: [],
    ignored: [],
    kept: [],
  })
})

test('what is missing is created; a bucket that may not be is a problem', () => {
  assert.deepEqual(lines(state([topic('our-other')], undefined)), [
    '+ topic our-topic',
    '    endpoint: http://h/',
    '! buckets.0: bucket bucket does not exist: create it, or add create: true',
    '1 to create',
  ])
})

test('rules are compared part by part', () => {
  const real = {
    ...RULE,
    events: ['ObjectCreated:Put'],
    filter: { key: [], metadata: [['x-amz-meta-a', 'b'] as const], tags: RULE.filter.tags },
  }
  assert.deepEqual(lines(state(BOTH, [real])), [
    '~ rule our-rule of bucket bucket',
    '    events: ObjectCreated:Put -> ObjectCreated:*, ObjectRemoved:*',
    '    prefix: "a"',
    '    metadata x-amz-meta-a: "b" -> (none)',
    '1 to update',
  ])
})

test('a rule on another topic moves; one that began to move ends there', () => {
  assert.deepEqual(lines(state(BOTH, [{ ...RULE, ...on('our-other') }])), [
    '> rule our-rule of bucket bucket',
    '    topic: our-other -> our-topic',
    '1 to move',
  ])
  assert.deepEqual(lines(state(BOTH, [RULE, { ...RULE, id: 'our-rule.moving' }])), [
    '> rule our-rule of bucket bucket',
    '    topic: our-topic, our-topic (moving) -> our-topic',
    '1 to move',
  ])
})

test('rules are compared by the ARN of their topic, not by its name', () => {
  const theirs = { ...RULE, topicArn: 'arn:aws:sns:default:old-tenant:our-topic' }
  assert.deepEqual(lines(state(BOTH, [theirs])), [
    '> rule our-rule of bucket bucket',
    '    topic: arn:aws:sns:default:old-tenant:our-topic -> our-topic',
    '1 to move',
  ])
  // The gateway does not look at the zone group.
  assert.deepEqual(lines(state(BOTH, [{ ...RULE, topicArn: 'arn:aws:sns:::our-topic' }])), [
    'no changes: the gateway matches the document',
  ])
  assert.deepEqual(planDestroy(DESIRED, state([], [theirs])).changes, planDestroy(DESIRED, state([], [RULE])).changes)
  assert.deepEqual(
    planDestroy(DESIRED, state(BOTH, [theirs])).changes.map(({ kind, name }) => `${kind} ${name}`),
    ['topic our-topic', 'topic our-other'],
  )
})

test('a topic that is named by its ARN needs not be listed, unless the gateway would take another one for it', () => {
  const arn = 'arn:aws:sns:default:theirs:t'
  const desired = desire(
    `{ topics: [{ name: "${arn}", existing: true }], buckets: [{ name: bucket, rules: [{ id: r, topic: "${arn}" }] }] }`,
  )
  const plan = (topics: readonly Topic[], rules: readonly BoundRule[]) =>
    planApply(desired, { topics: new Map(topics.map((one) => [one.name, one])), buckets: new Map([['bucket', rules]]) })
  const bound = { ...RULE, id: 'r', topic: 't', topicArn: arn, filter: { key: [], metadata: [], tags: [] } }
  assert.deepEqual(
    plan([], []).changes.map(({ action }) => action),
    ['create'],
  )
  assert.deepEqual([plan([], [bound]).changes, plan([], [bound]).problems], [[], []])
  assert.deepEqual(plan([topic('t')], [{ ...bound, topicArn: 'arn:aws:sns:default::t' }]).changes[0]?.action, 'move')
  assert.deepEqual(
    plan([topic('t', {}, 17)], []).problems.map(({ path }) => path),
    ['topics.0'],
  )
})

test('a topic that a rule of another user is bound to is kept, where the gateway shows it', () => {
  const old = (ruleIds: readonly string[]) => [{ ...topic('our-topic', {}, 17), ruleIds }]
  assert.equal(
    diffText(planDestroy(DESIRED, state(old(['our-rule', 'theirs']), [RULE]))),
    `- rule our-rule of bucket bucket
    topic: our-topic -> (none)
! topic our-topic: not removed, because other rules use it: rule theirs in a bucket of another user
1 to remove
`,
  )
  assert.deepEqual(planPrune('our-', desire('prefix: our-'), state(old(['theirs']), [])).kept, [
    { topic: 'our-topic', usedBy: [{ rule: 'theirs' }] },
  ])
  assert.equal(planDestroy(DESIRED, state(old(['our-rule']), [RULE])).changes.length, 2)
})

test('where topics belong to the tenant and rules of others are not shown, plan says so before a topic is overwritten', () => {
  const notes = (olderThan: number | undefined, ruleIds?: readonly string[]) => {
    const changed = { ...topic('our-topic', { persistent: 'true' }, olderThan), ...(ruleIds && { ruleIds }) }
    return planApply(DESIRED, state([changed, topic('our-other', {}, olderThan)], [RULE])).notes
  }
  assert.deepEqual(notes(19), [
    'topic our-topic belongs to the whole tenant, and this gateway does not show which rules of other users use it: ' +
      'apply overwrites persistent for them too',
  ])
  assert.deepEqual([notes(17, []), notes(undefined)], [undefined, undefined])
})

test('rules are bound again when their topic changes, or when that was not done to its end', () => {
  const expected = (difference: string) => [
    '~ topic our-topic',
    `    ${difference}`,
    '= rule our-rule of bucket bucket',
    '1 to update, 1 to bind again',
  ]
  assert.deepEqual(
    [
      lines(state([topic('our-topic', { cloudevents: 'true' }), topic('our-other')], [RULE])),
      lines(state([topic('our-topic', { 'tidings-rebind': 'true' }), topic('our-other')], [RULE])),
    ],
    [expected('cloudevents: true -> (none)'), expected('rules: not yet bound again -> bound again')],
  )
})

test('policies are compared as JSON, and attributes of others that we do not know are left out', () => {
  const desired = desire('topics: [{ name: t, endpoint: "http://h/", policy: { Version: "1", Statement: [] } }]')
  const real = topic('t', { Policy: '{ "Statement": [], "Version": "1" }', 'from-the-future': 'x' })
  assert.deepEqual(planApply(desired, { topics: new Map([['t', real]]), buckets: new Map() }).changes, [])
})

test('attributes that the gateway ignores are named, also before the topic is there', () => {
  const desired = desire(
    'topics: [{ name: t, endpoint: "http://h/", persistent: true, cloudevents: true, maxRetries: 1 }]',
  )
  const ignored = (olderThan: number | undefined) =>
    planApply(desired, { topics: new Map([['x', topic('x', {}, olderThan)]]), buckets: new Map() }).ignored.map(
      ({ message }) => message,
    )
  assert.deepEqual(
    [ignored(17), ignored(19), ignored(undefined)],
    [
      [
        'maxRetries needs Ceph 19 or later; this gateway is older than 17 and ignores it',
        'cloudevents needs Ceph 17 or later; this gateway is older than 17 and ignores it',
      ],
      ['maxRetries needs Ceph 19 or later; this gateway is older than 19 and ignores it'],
      [],
    ],
  )
})

test('destroy takes what is named, rules first; prune takes what has the prefix and is not named', () => {
  const real = state(
    [...BOTH, topic('our-old'), topic('our-used'), topic('theirs')],
    [RULE, { ...RULE, id: 'our-stale', ...on('our-old') }, { ...RULE, id: 'their-rule', ...on('our-used') }],
  )
  assert.equal(
    diffText(planDestroy(DESIRED, real)),
    `- rule our-rule of bucket bucket
    topic: our-topic -> (none)
- topic our-topic
- topic our-other
! only the buckets of this user were checked: this gateway does not show which rules of other users use a topic
3 to remove
`,
  )
  assert.equal(
    diffText(planPrune('our-', DESIRED, real)),
    `- rule our-stale of bucket bucket
    topic: our-old -> (none)
- topic our-old
! topic our-used: not removed, because other rules use it: bucket/their-rule
! only the buckets of this user were checked: this gateway does not show which rules of other users use a topic
2 to remove
`,
  )
})
