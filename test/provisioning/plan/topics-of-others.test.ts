import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BoundRule } from '../../../lib/provisioning/document/rule.ts'
import { RgwRefusedError } from '../../../lib/provisioning/gateway/refusal.ts'
import type { Topic } from '../../../lib/provisioning/gateway/topics.ts'
import { planApply } from '../../../lib/provisioning/plan/apply-plan.ts'
import type { State } from '../../../lib/provisioning/plan/state.ts'
import { planTopic, wireAttributes } from '../../../lib/provisioning/plan/topic-plan.ts'
import { keptAttributes, withTopicsByArn } from '../../../lib/provisioning/plan/topics-of-others.ts'
import { desire } from '../desire.ts'
import { rgwStandIn } from './rgw-stand-in.ts'

const real = (name: string, attributes: Readonly<Record<string, string>>, more: Partial<Topic> = {}): Topic => ({
  name,
  arn: name.startsWith('arn:') ? name : `arn:aws:sns:default::${name}`,
  attributes: new Map(Object.entries({ persistent: 'false', ...attributes })),
  olderThan: undefined,
  ...more,
})
const stateOf = (topics: readonly Topic[], rules: readonly BoundRule[] = []): State => ({
  topics: new Map(topics.map((one) => [one.name, one])),
  buckets: new Map([['bucket', rules]]),
})
const topicOf = (text: string) => {
  const [topic] = desire(`topics: [${text}]`).topics
  return topic ?? assert.fail()
}
const HTTP = { 'push-endpoint': 'http://h/' }

describe('the settings of a topic', () => {
  const differences = (text: string, attributes: Readonly<Record<string, string>>) =>
    planTopic(topicOf(text), real('t', attributes)).flatMap((change) => change.differences)
  const t = 'name: t, endpoint: "http://h/"'

  test('are left as they are if the topic exists already, by the word of the document', () => {
    assert.deepEqual(planTopic(topicOf('{ name: t, existing: true }'), undefined), [])
  })

  test('are shown with both values; a default is shown as nothing', () => {
    assert.deepEqual(differences(`{ ${t} }`, HTTP), [])
    assert.deepEqual(differences(`{ ${t}, persistent: true }`, HTTP), [{ name: 'persistent', to: 'true' }])
    assert.deepEqual(differences(`{ ${t} }`, { ...HTTP, persistent: 'true' }), [{ name: 'persistent', from: 'true' }])
    assert.deepEqual(
      differences(`{ ${t}, persistent: true, maxRetries: 2 }`, { ...HTTP, persistent: 'true', max_retries: '1' }),
      [{ name: 'maxRetries', from: '1', to: '2' }],
    )
  })

  test('compare a policy as JSON, and as a text where it is none', () => {
    const policy = `{ ${t}, policy: { a: 1, b: [2] } }`
    const names = (Policy: string, text = policy) => differences(text, { ...HTTP, Policy }).map(({ name }) => name)
    assert.deepEqual(names('{"b":[2],"a":1}'), [])
    for (const other of ['{"a":1,"b":[3]}', 'a text', '']) assert.deepEqual(names(other), ['policy'], other)
    assert.deepEqual(names('a text', `{ ${t} }`), ['policy'])
  })

  test('are sent with the names of the gateway, and with those that are kept', () => {
    const topic = topicOf(`{ ${t}, persistent: true }`)
    const sent = wireAttributes(topic, real('t', { ...HTTP, OpaqueData: 'x' }), ['opaqueData', 'maxRetries'])
    assert.deepEqual(Object.fromEntries(sent), { ...HTTP, persistent: 'true', OpaqueData: 'x', max_retries: '' })
  })
})

describe('a topic that rules outside the document use', () => {
  const desired = desire(`{ topics: [{ name: t, endpoint: "http://h/", persistent: true }],
    buckets: [{ name: bucket, rules: [{ id: ours, topic: t, events: ["ObjectCreated:*"] }] }] }`)
  const [topic] = desired.topics
  const filter = { key: [], metadata: [], tags: [] }
  const rule = (id: string, name: string): BoundRule => ({
    id,
    topic: name,
    topicArn: `arn:aws:sns:default::${name}`,
    events: ['ObjectCreated:*'],
    filter,
  })
  const shared = (ruleIds: readonly string[], attributes: Readonly<Record<string, string>> = {}) =>
    stateOf(
      [real('t', { ...HTTP, ...attributes }, { olderThan: 17, ruleIds })],
      [rule('ours', 't'), rule('theirs', 'other')],
    )
  const users = 'topic t is used by rules outside the document (theirs)'

  test('keeps what the document does not name', () => {
    const kept = (state: State) => keptAttributes(topic ?? assert.fail(), state)
    assert.deepEqual(kept(shared(['ours', 'theirs'], { OpaqueData: 'x' })), ['opaqueData'])
    assert.deepEqual(kept(shared(['theirs'])), [])
    assert.deepEqual(kept(shared(['ours'], { OpaqueData: 'x' })), [])
    assert.deepEqual(kept(stateOf([])), [])
    assert.deepEqual(kept(stateOf([real('t', { ...HTTP, OpaqueData: 'x' })])), [])
  })

  test('is named in the notes, with what apply overwrites and keeps', () => {
    const notes = (state: State) => planApply(desired, state).notes
    assert.deepEqual(notes(shared(['ours', 'theirs'], { OpaqueData: 'x' })), [
      `${users}: apply overwrites what was set for them: persistent`,
      `${users}: apply keeps what was set for them: opaqueData; write it into the document to change it`,
    ])
    const same = { persistent: 'true' }
    assert.deepEqual(notes(shared(['ours', 'theirs'], same)), undefined)
    assert.deepEqual(notes(shared(['ours'])), undefined)
  })

  test('is nobody’s concern where the document takes it as it is', () => {
    const existing = desire('topics: [{ name: t, existing: true }]')
    assert.equal(planApply(existing, shared(['theirs'], { OpaqueData: 'x' })).notes, undefined)
  })
})

describe('a topic that is named by its ARN', () => {
  const arn = 'arn:aws:sns:default:theirs:t'
  const desired = desire(`topics: [{ name: t, endpoint: "http://h/" }, { name: "${arn}", persistent: true }]`)
  const read = async (answer: () => Promise<Topic | undefined>, text = desired) => {
    const { rgw } = rgwStandIn({ readTopic: answer })
    const { topics, topicProblems = [] } = await withTopicsByArn(rgw, text, stateOf([]), undefined)
    return { names: [...topics.keys()], problems: topicProblems }
  }
  const refusal = (httpStatus: number) =>
    new RgwRefusedError('refused', {
      httpStatus,
      operation: 'GetTopicAttributes',
      rgwCode: 'AccessDenied',
      requestId: undefined,
    })

  test('is read, and stands among the topics', async () => {
    assert.deepEqual(await read(async () => real(arn, HTTP)), { names: [arn], problems: [] })
  })

  test('is a problem with its reason where it is not there, cannot be changed alone, or may not be read', async () => {
    const answers: [() => Promise<Topic | undefined>, RegExp][] = [
      [async () => undefined, /does not exist, or is not in the tenant of this user: correct the ARN$/],
      [
        async () => real(arn, HTTP, { olderThan: 19 }),
        /gateways before Ceph 19 cannot change single settings of a topic/,
      ],
      [async () => Promise.reject(refusal(403)), /belongs to another user, and its policy does not let this user read/],
    ]
    for (const [answer, message] of answers) {
      const { names, problems } = await read(answer)
      assert.deepEqual([names, problems.map(({ path }) => path)], [[], ['topics.1']])
      assert.match(problems[0]?.message ?? '', message)
      assert.ok(problems[0]?.message.startsWith(`topic ${arn} `))
    }
  })

  test('is not a problem of the document where the gateway fails otherwise', async () => {
    for (const error of [refusal(500), new Error('away')])
      await assert.rejects(
        read(async () => Promise.reject(error)),
        error,
      )
  })

  test('cannot have the settings that only its owner sets', async () => {
    const kafka = desire(`topics: [{ name: "${arn}", endpoint: "kafka://h", ackLevel: none }]`)
    const { problems } = await read(async () => real(arn, { 'push-endpoint': 'http://h/' }), kafka)
    assert.deepEqual(problems, [])
    const http = desire(`topics: [{ name: "${arn}", endpoint: "http://h/", ackLevel: "200" }]`)
    assert.deepEqual((await read(async () => real(arn, HTTP), http)).problems, [
      {
        path: 'topics.0.ackLevel',
        message: 'can only be set by the owner, who creates the topic again with all its settings: remove it',
      },
    ])
  })

  test('is named with its owner, and with what apply sets there', () => {
    const notes = (attributes: Readonly<Record<string, string>>) =>
      planApply(desired, stateOf([real('t', HTTP), real(arn, { ...HTTP, ...attributes }, { owner: 'ann' })])).notes
    assert.deepEqual(notes({}), [
      `topic ${arn} is owned by ann: apply sets persistent there, and keeps its other settings`,
    ])
    assert.equal(notes({ persistent: 'true' }), undefined)
  })
})
