import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BoundRule } from '../../../lib/provisioning/document/rule.ts'
import type { Topic } from '../../../lib/provisioning/gateway/topics.ts'
import { planApply } from '../../../lib/provisioning/plan/apply-plan.ts'
import type { Change } from '../../../lib/provisioning/plan/plan.ts'
import { planDestroy } from '../../../lib/provisioning/plan/removal-plan.ts'
import type { State } from '../../../lib/provisioning/plan/state.ts'
import { moveRules, phasesOf, removeRules } from '../../../lib/provisioning/plan/steps.ts'
import { desire } from '../desire.ts'
import { rgwStandIn } from './rgw-stand-in.ts'

const arn = (name: string): string => `arn:aws:sns:default::${name}`
const topic = (name: string, more: Partial<Topic> = {}): Topic => ({
  name,
  arn: arn(name),
  attributes: new Map([
    ['push-endpoint', 'http://h/'],
    ['persistent', 'false'],
  ]),
  olderThan: undefined,
  ...more,
})
const bound = (id: string, on: string): BoundRule => ({
  id,
  topic: on,
  topicArn: arn(on),
  events: ['ObjectCreated:*'],
  filter: { key: [], metadata: [], tags: [] },
})
const stateOf = (
  topics: readonly Topic[],
  rules: Readonly<Record<string, readonly BoundRule[] | undefined>>,
): State => ({
  topics: new Map(topics.map((one) => [one.name, one])),
  buckets: new Map(Object.entries(rules)),
})

/** What the gateway is asked in each phase, and which changes are reported as done in it. */
const run = async (work: Parameters<typeof phasesOf>[1]) => {
  const phases: { asked: string[]; done: string[]; oneByOne: boolean }[] = []
  const { rgw, asked } = rgwStandIn()
  for (const { steps, oneByOne } of phasesOf(rgw, work, undefined)) {
    const done: string[] = []
    for (const step of steps) await step(({ action, kind, name }) => void done.push(`${action} ${kind} ${name}`))
    if (steps.length > 0) phases.push({ asked: asked.splice(0), done, oneByOne })
  }
  return phases
}
const apply = (desired: ReturnType<typeof desire>, state: State) =>
  run({ desired, state, changes: planApply(desired, state).changes })

describe('the phases of an apply', () => {
  const desired = desire(`
    topics: [{ name: plain, endpoint: "http://h/" }, { name: queued, endpoint: "http://h/", persistent: true }]
    buckets: [{ name: new, create: true, rules: [{ id: a, topic: plain, events: ["ObjectCreated:*"] }, { id: b, topic: queued, events: ["ObjectCreated:*"] }] }]
  `)

  test('are buckets, topics, rules, and rules on persistent topics come first', async () => {
    const phases = await apply(desired, stateOf([], { new: undefined }))
    assert.deepEqual(
      phases.map(({ asked }) => asked),
      [
        ['bucket new'],
        ['create plain push-endpoint=http://h/', 'create queued push-endpoint=http://h/,persistent=true'],
        ['put new b@queued,a@plain'],
      ],
    )
    assert.deepEqual(
      phases.map(({ done }) => done),
      [['create bucket new'], ['create topic plain', 'create topic queued'], ['create rule b', 'create rule a']],
    )
  })

  test('write rules one by one unless a gateway of today is known', async () => {
    const oneByOne = async (topics: readonly Topic[]) =>
      (await apply(desired, stateOf(topics, { new: undefined }))).map((phase) => phase.oneByOne)
    assert.deepEqual(await oneByOne([]), [false, true, true])
    assert.deepEqual(await oneByOne([topic('plain', { olderThan: 17 })]), [false, true, true])
    assert.deepEqual(await oneByOne([topic('other')]), [false, true, false])
  })

  test('put the rules of a changed topic again, and only then clear its mark and report it', async () => {
    const changed = topic('plain', {
      attributes: new Map([
        ['push-endpoint', 'http://old/'],
        ['persistent', 'false'],
      ]),
    })
    const queued = topic('queued', {
      attributes: new Map([
        ['push-endpoint', 'http://h/'],
        ['persistent', 'true'],
      ]),
    })
    const state = stateOf([changed, queued], { new: [bound('a', 'plain'), bound('b', 'queued')] })
    const phases = await apply(desired, state)
    assert.deepEqual(
      phases.map(({ asked, done }) => [asked, done]),
      [
        [['create plain push-endpoint=http://h/,tidings-rebind=true'], []],
        [['put new a@plain'], ['bind rule a']],
        [['create plain push-endpoint=http://h/'], ['update topic plain']],
      ],
    )
  })

  test('set the settings of a topic that is named by its ARN one by one', async () => {
    const name = 'arn:aws:sns:default:theirs:t'
    const byArn = desire(`topics: [{ name: "${name}", persistent: true, maxRetries: 3 }]`)
    const theirs = topic(name, { arn: name })
    const phases = await apply(byArn, stateOf([theirs], {}))
    assert.deepEqual(
      phases.map(({ asked }) => asked.toSorted()),
      [[`set ${name} max_retries=3`, `set ${name} persistent=true`].toSorted()],
    )
  })
})

test('a destroy removes the rules of each bucket, then the topics', async () => {
  const desired = desire(`
    topics: [{ name: t, endpoint: "http://h/" }]
    buckets: [{ name: one, rules: [{ id: a, topic: t }] }, { name: two, rules: [{ id: a, topic: t }] }]
  `)
  const state = stateOf([topic('t')], { one: [bound('a', 't')], two: [bound('a', 't')] })
  const phases = await run({ desired, state, changes: planDestroy(desired, state).changes })
  assert.deepEqual(
    phases.map(({ asked, oneByOne }) => [asked, oneByOne]),
    [
      [['drop one a', 'drop two a'], false],
      [[`delete ${arn('t')}`], true],
    ],
  )
})

describe('a rule that moves', () => {
  const move = async (real: readonly BoundRule[]): Promise<string[]> => {
    const { rgw, asked } = rgwStandIn()
    const change: Change = { action: 'move', kind: 'rule', name: 'a', bucket: 'b', differences: [] }
    const done: Change[] = []
    await moveRules({ rgw, bucket: 'b', real, ruleOf: () => bound('a', 'new'), signal: undefined }, [change])(
      (one) => void done.push(one),
    )
    assert.deepEqual(done, [change])
    return asked
  }
  const moves = ['put b a.moving@new', 'drop b a', 'put b a@new', 'drop b a.moving']

  test('has a bridge to its new topic while it is bound to none', async () => {
    assert.deepEqual(await move([bound('a', 'old')]), moves)
    assert.deepEqual(await move([bound('a', 'old'), bound('other', 'old')]), moves)
  })

  test('is dropped as often as it is there', async () => {
    const twice = moves.toSpliced(1, 1, 'drop b a', 'drop b a')
    assert.deepEqual(await move([bound('a', 'old'), bound('a', 'older')]), twice)
  })

  test('goes on over a bridge to the same topic, and drops one to another first', async () => {
    assert.deepEqual(await move([bound('a', 'old'), bound('a.moving', 'new')]), moves)
    assert.deepEqual(await move([bound('a', 'old'), bound('a.moving', 'older')]), ['drop b a.moving', ...moves])
    assert.deepEqual(await move([bound('a.moving', 'new')]), moves.toSpliced(1, 1))
  })
})

describe('a rule that is removed', () => {
  const remove = async (real: readonly BoundRule[], from: string): Promise<string[]> => {
    const { rgw, asked } = rgwStandIn()
    const change: Change = {
      action: 'remove',
      kind: 'rule',
      name: 'a',
      bucket: 'b',
      differences: [{ name: 'topic', from }],
    }
    const done: Change[] = []
    const rules = { rgw, bucket: 'b', real, ruleOf: () => assert.fail('no rule is written'), signal: undefined }
    await removeRules(rules, [change])((one) => void done.push(one))
    assert.deepEqual(done, [change])
    return asked
  }

  test('is dropped', async () => {
    assert.deepEqual(await remove([bound('a', 'old'), bound('c', 'old')], 'old'), ['drop b a'])
  })

  test('whose namesake on another topic stays leaves that one, over a bridge', async () => {
    assert.deepEqual(await remove([bound('a', 'old'), bound('a', 'stays')], 'old'), [
      'put b a.moving@stays',
      'drop b a',
      'drop b a',
      'put b a@stays',
      'drop b a.moving',
    ])
  })
})

test('a change of another document than that of the plan is told so', async () => {
  const desired = desire('topics: [{ name: t, endpoint: "http://h/" }]')
  const changes: Change[] = [{ action: 'create', kind: 'topic', name: 'other', differences: [] }]
  await assert.rejects(run({ desired, state: stateOf([], {}), changes }), {
    message: 'the plan was made from another document or another state',
  })
})
