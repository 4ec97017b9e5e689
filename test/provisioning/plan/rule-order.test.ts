import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BoundRule } from '../../../lib/provisioning/document/rule.ts'
import type { Topic } from '../../../lib/provisioning/gateway/topics.ts'
import { isPersistent, orderWarnings } from '../../../lib/provisioning/plan/rule-order.ts'
import type { State } from '../../../lib/provisioning/plan/state.ts'
import { desire } from '../desire.ts'

const real = (name: string, persistent: string, arn = `arn:aws:sns:default::${name}`): Topic => ({
  name,
  arn,
  attributes: new Map([['persistent', persistent]]),
  olderThan: undefined,
})
const stateOf = (topics: readonly Topic[], rules: readonly BoundRule[] = []): State => ({
  topics: new Map(topics.map((one) => [one.name, one])),
  buckets: new Map([['bucket', rules]]),
})

describe('whether a topic is persistent', () => {
  const byArn = 'arn:aws:sns:default:theirs:t'
  const desired = desire(`topics: [
    { name: queued, endpoint: "http://h/", persistent: true }, { name: plain, endpoint: "http://h/" },
    { name: there, existing: true }, { name: "${byArn}", maxRetries: 1 }, { name: "arn:aws:sns:default:theirs:set", persistent: true }
  ]`)
  const is = (name: string, ...topics: readonly Topic[]) => isPersistent(name, desired, stateOf(topics))

  test('is as the document says, whatever the gateway has', () => {
    assert.equal(is('queued', real('queued', 'false')), true)
    assert.equal(is('plain', real('plain', 'true')), false)
    assert.equal(is('arn:aws:sns:default:theirs:set', real('set', 'false', 'arn:aws:sns:default:theirs:set')), true)
  })

  test('is as the gateway has it, where the document does not say', () => {
    for (const [persistent, expected] of [
      ['true', true],
      ['false', false],
    ] as const) {
      assert.equal(is('there', real('x', 'false'), real('there', persistent)), expected)
      assert.equal(is('undeclared', real('undeclared', persistent)), expected)
      assert.equal(is(byArn, real('t', 'other'), real(byArn, persistent, byArn)), expected)
    }
  })

  test('is not known of a topic that the gateway does not list', () => {
    assert.deepEqual([is('there'), is('undeclared', real('x', 'true')), is(byArn)], [undefined, undefined, undefined])
  })
})

describe('a rule on a plain topic', () => {
  const rule = (id: string, topic: string, ...events: readonly string[]) =>
    `{ id: ${id}, topic: ${topic}, events: [${events.map((event) => `"${event}"`).join()}] }`
  const warnings = (rules: readonly string[], others: readonly BoundRule[] = [], topics: readonly Topic[] = []) =>
    orderWarnings(
      desire(`{ topics: [{ name: plain, endpoint: "http://h/" }, { name: queued, endpoint: "http://h/", persistent: true }],
        buckets: [{ name: bucket, rules: [${rules.join()}] }] }`),
      stateOf(topics, others),
    )
  const all = 'ObjectCreated:*'
  const text = (behind: string, first = 'a') =>
    `bucket bucket: rule ${first} is on a topic that is not persistent and comes before ${behind} by its id. ` +
    `Where its endpoint fails, the gateway does not queue the event for ${behind} either: make its topic persistent, ` +
    'or give it an id that sorts behind them'

  test('before rules on persistent ones is warned of, with their names in the order of the gateway', () => {
    const rules = [rule('c', 'queued', all), rule('a', 'plain', all), rule('b', 'queued', all)]
    assert.deepEqual(warnings(rules), [text('b, c')])
  })

  test('behind them, or alone, is not', () => {
    assert.deepEqual(warnings([rule('a', 'queued', all), rule('b', 'plain', all)]), [])
    assert.deepEqual(warnings([rule('a', 'plain', all), rule('b', 'plain', all)]), [])
    assert.deepEqual(warnings([rule('a', 'queued', all), rule('b', 'queued', all)]), [])
  })

  test('counts only where one event can match both', () => {
    const pairs: [one: string, other: string, warned: boolean][] = [
      ['ObjectCreated:Put', 'ObjectCreated:Put', true],
      ['ObjectCreated:Put', 'ObjectCreated:Post', false],
      [all, 'ObjectCreated:Put', true],
      ['ObjectCreated:Put', all, true],
      [all, 'ObjectRemoved:Delete', false],
      ['ObjectRemoved:Delete', 'ObjectRemoved:DeleteMarkerCreated', false],
    ]
    for (const [one, other, warned] of pairs) {
      assert.equal(
        warnings([rule('a', 'plain', one), rule('b', 'queued', other)]).length,
        warned ? 1 : 0,
        `${one} ${other}`,
      )
    }
    const several = [
      rule('a', 'plain', 'ObjectRemoved:*', 'ObjectCreated:Put'),
      rule('b', 'queued', 'ObjectCreated:Put'),
    ]
    assert.deepEqual(warnings(several), [text('b')])
  })

  test('can be one that the document does not name', () => {
    const topic = real('theirs', 'false')
    const filter = { key: [], metadata: [], tags: [] }
    const theirs = { id: '0', topic: 'theirs', topicArn: topic.arn, events: [all], filter }
    assert.deepEqual(warnings([rule('a', 'queued', all)], [theirs], [topic]), [text('a', '0')])
    // A rule of the document stands for the one of its id that the gateway has.
    assert.deepEqual(warnings([rule('a', 'queued', all)], [{ ...theirs, id: 'a' }], [topic]), [])
  })
})
