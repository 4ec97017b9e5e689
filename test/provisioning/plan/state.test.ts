import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BoundRule } from '../../../lib/provisioning/document/rule.ts'
import type { Rgw } from '../../../lib/provisioning/gateway/rgw-client.ts'
import type { Topic } from '../../../lib/provisioning/gateway/topics.ts'
import { concurrently, type Progress } from '../../../lib/provisioning/plan/run.ts'
import {
  checkTenants,
  readState,
  type State,
  topicArnOf,
  withMatches,
  withOwners,
} from '../../../lib/provisioning/plan/state.ts'
import { desire } from '../desire.ts'
import { rgwStandIn } from './rgw-stand-in.ts'

const topic = (name: string, more: Partial<Topic> = {}): Topic => ({
  name,
  arn: `arn:aws:sns:default::${name}`,
  attributes: new Map(),
  olderThan: undefined,
  ...more,
})
const withTopics = (...topics: readonly Topic[]): State => ({
  topics: new Map(topics.map((one) => [one.name, one])),
  buckets: new Map(),
})
const run = { concurrency: 2 }

test('the ARN of a topic is that of the list, or the one that the document names', () => {
  const arn = 'arn:aws:sns:default:theirs:t'
  const state = withTopics(topic('t'))
  assert.equal(topicArnOf('t', state), 'arn:aws:sns:default::t')
  assert.equal(topicArnOf(arn, state), arn)
  assert.equal(topicArnOf('other', state), undefined)
})

describe('reading', () => {
  test('takes the topics, but for the records of apply, and the rules of each bucket, and counts the requests', async () => {
    const rules: BoundRule[] = []
    const { rgw } = rgwStandIn({
      listTopics: async () => [topic('a'), topic('tidings-resource-x'), topic('a-tidings-resource-')],
      readRules: async (bucket) => (bucket === 'gone' ? undefined : rules),
    })
    const told: Progress[] = []
    const state = await readState(rgw, ['b', 'gone'], { ...run, onProgress: (progress) => void told.push(progress) })
    assert.deepEqual([...state.topics.keys()], ['a', 'a-tidings-resource-'])
    assert.deepEqual(
      [...state.buckets],
      [
        ['b', rules],
        ['gone', undefined],
      ],
    )
    assert.deepEqual(
      told,
      [0, 1, 2, 3].map((done) => ({ stage: 'read', done, total: 3 })),
    )
  })
})

describe('a pattern of buckets', () => {
  const names = ['logs', 'logs-a', 'photos']
  const matches = async (text: string, tags: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) => {
    let tagRequests = 0
    const { rgw } = rgwStandIn({
      listBuckets: async () => names,
      readTags: async (name) => {
        tagRequests++
        return new Map(Object.entries(tags[name] ?? {}))
      },
    })
    const desired = await withMatches(rgw, desire(text), run)
    const buckets = desired.buckets.map(({ name, create, rules }) => [name, create, rules.map(({ id }) => id).join()])
    return { buckets: buckets.toSorted(), patterns: desired.patterns, tagRequests }
  }
  const rules = (id: string) => `rules: [{ id: ${id}, topic: t }]`
  const topics = 'topics: [{ name: t, endpoint: "http://h/" }]'

  test('becomes the buckets that match now, and asks for no tags if it names none', async () => {
    assert.deepEqual(await matches(`{ ${topics}, buckets: [{ match: "logs*", ${rules('a')} }] }`), {
      buckets: [
        ['logs', false, 'a'],
        ['logs-a', false, 'a'],
      ],
      patterns: [],
      tagRequests: 0,
    })
  })

  test('with tags takes the buckets that have all of them', async () => {
    const tags = { logs: { team: 'a', env: 'p' }, 'logs-a': { team: 'a' }, photos: { team: 'a', env: 'p' } }
    const { buckets, tagRequests } = await matches(
      `{ ${topics}, buckets: [{ match: "logs*", tags: { team: a, env: p }, ${rules('a')} }] }`,
      tags,
    )
    assert.deepEqual([buckets, tagRequests], [[['logs', false, 'a']], 2])
  })

  test('adds its rules to those of the entry that names the bucket, whose rule wins where both have one id', async () => {
    const text = `{ ${topics}, buckets: [{ name: logs, create: true, rules: [{ id: a, topic: t, events: ["ObjectCreated:Put"] }] }, { match: "logs", rules: [{ id: a, topic: t }, { id: b, topic: t }] }] }`
    const { rgw } = rgwStandIn({ listBuckets: async () => names })
    const { buckets } = await withMatches(rgw, desire(text), run)
    assert.deepEqual(
      buckets.map(({ name, create, rules }) => [name, create, rules.map(({ id, events }) => [id, events])]),
      [
        [
          'logs',
          true,
          [
            ['a', ['ObjectCreated:Put']],
            ['b', ['ObjectCreated:*', 'ObjectRemoved:*']],
          ],
        ],
      ],
    )
  })

  test('asks for nothing where the document has none', async () => {
    const desired = desire(`{ ${topics} }`)
    assert.equal(await withMatches(rgwStandIn().rgw, desired, run), desired)
  })
})

describe('the owner of a topic', () => {
  const shared = { owner: 'ann', attributes: new Map([['Policy', '{}']]) }
  const foreign = async (...topics: readonly Topic[]) => {
    let asked = 0
    const readOwner = async () => {
      asked++
      return 'bob'
    }
    const { foreign } = await withOwners(rgwStandIn({ readOwner }).rgw, withTopics(...topics), undefined)
    return { foreign: foreign && [...foreign], asked }
  }

  test('is asked for where a policy can show topics of others, and marks those', async () => {
    const own = topic('own', { ...shared, owner: 'bob' })
    assert.deepEqual(await foreign(topic('theirs', shared), own), { foreign: ['theirs'], asked: 1 })
  })

  test('is not asked for where all topics must be ours', async () => {
    const older = topic('a', { ...shared, olderThan: 19 })
    const account = topic('b', { ...shared, owner: 'RGW12345678901234567' })
    const closed = topic('c', { owner: 'ann' })
    const nobody = topic('d', { attributes: shared.attributes })
    assert.deepEqual(await foreign(older, account, closed, nobody), { foreign: undefined, asked: 0 })
  })

  test('that only looks like an account is a user', async () => {
    for (const owner of ['RGW1234567890123456', 'xRGW12345678901234567', 'RGW12345678901234567x']) {
      assert.deepEqual((await foreign(topic('a', { ...shared, owner }))).foreign, ['a'], owner)
    }
  })
})

describe('a bucket of a tenant', () => {
  const check = (name: string, owner: string, topics: readonly Topic[] = []) => {
    const answers: Partial<Rgw> = { readOwner: async () => owner, listTopics: async () => topics }
    const desired = desire(`buckets: [{ name: "${name}", rules: [] }]`)
    return checkTenants(rgwStandIn(answers).rgw, desired, undefined)
  }

  test('is not looked at where the document names none', async () => {
    assert.equal(
      await checkTenants(rgwStandIn().rgw, desire('buckets: [{ name: bucket, rules: [] }]'), undefined),
      undefined,
    )
  })

  test('is taken in the tenant of the user, and elsewhere from Ceph 19 on', async () => {
    assert.equal(await check('acme:bucket', 'acme$ann'), 'acme')
    assert.equal(await check(':bucket', 'ann'), '')
    assert.equal(await check('acme:bucket', 'ann', [topic('t')]), '')
    assert.equal(await check('other:bucket', 'acme$ann', [topic('t'), topic('o', { olderThan: 17 })]), 'acme')
  })

  test('is refused where an older gateway would take the own bucket of that name', async () => {
    for (const [owner, place] of [
      ['ann', 'no tenant'],
      ['other$ann', 'tenant other'],
    ] as const) {
      for (const topics of [[], [topic('t', { olderThan: 17 })]]) {
        await assert.rejects(check('acme:bucket', owner, topics), (error: Error) => {
          assert.match(error.message, new RegExp(`buckets\\.0\\.name.* belongs to ${place}: before Ceph 19`))
          return true
        })
      }
    }
  })
})

describe('several requests at a time', () => {
  test('are as many as the limit, and give results in order', async () => {
    let now = 0
    let most = 0
    const results = await concurrently([3, 1, 2, 4], 2, async (item) => {
      most = Math.max(most, ++now)
      for (let turn = 0; turn < item; turn++) await Promise.resolve()
      now--
      return item * 10
    })
    assert.deepEqual([results, most], [[30, 10, 20, 40], 2])
  })

  test('end after the first failure, once those under way have ended', async () => {
    const begun: number[] = []
    const ended: number[] = []
    const work = async (item: number) => {
      begun.push(item)
      if (item === 1) throw new Error('the first')
      for (let turn = 0; turn < 9; turn++) await Promise.resolve()
      ended.push(item)
    }
    await assert.rejects(concurrently([1, 2, 3, 4], 2, work), { message: 'the first' })
    assert.deepEqual([begun, ended], [[1, 2], [2]])
  })
})
