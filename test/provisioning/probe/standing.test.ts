import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ruleOf } from '../../../lib/provisioning/document/rule.ts'
import { PROBE_ID, probeEventFor, probeObjectFor } from '../../../lib/provisioning/probe/standing.ts'

const keyFor = (filter: object): string | undefined => probeObjectFor(ruleOf({ id: 'r', topic: 't', filter }))?.key
const eventFor = (...events: string[]) => probeEventFor(ruleOf({ id: 'r', topic: 't', events }))

test('a key matches the filter, and no two are the same', () => {
  assert.match(keyFor({}) ?? '', PROBE_ID)
  assert.notEqual(keyFor({}), keyFor({}))
  assert.match(keyFor({ prefix: 'a/', suffix: '.b' }) ?? '', /^a\/tidings-probe-.*\.b$/)
})

test('regular expressions that people write get a key, and others none', () => {
  for (const regex of ['.*', '^in/.+$', 'in/(.*)\\.jpg', '([a-z0-9-]+)\\.(jpg|png)', '[a-z]+/.*', 'logs/.*/.*\\.gz']) {
    const key = keyFor({ regex }) ?? ''
    assert.match(key, new RegExp(`^(?:${regex})$`), regex)
    assert.match(key, PROBE_ID)
  }
  for (const regex of ['a', '\\d{4}', '[0-9]{8}-.*']) assert.equal(keyFor({ regex }), undefined, regex)
})

test('the event is one that putting or removing an object causes', () => {
  assert.equal(eventFor('ObjectCreated:*', 'ObjectRemoved:*'), 'ObjectCreated:Put')
  assert.equal(eventFor('s3:ObjectRemoved:Delete'), 'ObjectRemoved:Delete')
  assert.equal(eventFor('ObjectCreated:Copy', 'ObjectLifecycle:*'), undefined)
})
