import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourceRequests } from '../../lib/provisioning/custom-resource.ts'
import { DesiredError } from '../../lib/provisioning/document/faults.ts'
import type { IsClaimed } from '../../lib/provisioning/ownership.ts'

const topic = (name: string) => ({ name, endpoint: `http://functions/\${env:TOKEN}/${name}` })
const bucket = (name: string, ...rules: [id: string, topic: string][]) => ({
  name,
  rules: rules.map(([id, to]) => ({ id, topic: to, events: ['ObjectCreated:*'] })),
})
const before = { topics: [topic('stays'), topic('goes')], buckets: [bucket('b', ['r1', 'stays'], ['r2', 'goes'])] }
const after = { topics: [topic('stays')], buckets: [bucket('b', ['r1', 'stays'])] }

test('a new resource applies its document, given as text or as properties', () => {
  const asText = { Desired: JSON.stringify(after) }
  for (const ResourceProperties of [asText, { Desired: after }]) {
    const requests = resourceRequests({ RequestType: 'Create', ResourceProperties })
    assert.deepEqual(requests, [{ action: 'apply', desired: after }])
  }
})

test('numbers and booleans that CloudFormation has made text of are themselves again', () => {
  const Desired = {
    topics: [{ name: 'true', endpoint: 'http://h', persistent: 'true', timeToLive: '60', opaqueData: '60' }],
    buckets: [{ name: '1234', create: 'true', objectLock: 'true' }],
  }
  const [request] = resourceRequests({ RequestType: 'Create', ResourceProperties: { Desired } })
  assert.deepEqual(request?.desired, {
    topics: [{ name: 'true', endpoint: 'http://h', persistent: true, timeToLive: 60, opaqueData: '60' }],
    buckets: [{ name: '1234', create: true, objectLock: true }],
  })
})

test('texts of tags, metadata and policies stay texts, whatever they are called', () => {
  const filter = {
    metadata: { 'x-amz-meta-persistent': 'true', timeToLive: '60' },
    tags: { create: 'true', existing: 'false', maxRetries: '3', persistent: 'true' },
  }
  const Desired = {
    topics: [{ name: 't', endpoint: 'http://h', create: 'true', policy: { Statement: [{ persistent: 'true' }] } }],
    buckets: [{ name: 'b', persistent: 'true', rules: [{ id: 'r', topic: 't', create: 'true', filter }] }],
  }
  const [request] = resourceRequests({ RequestType: 'Create', ResourceProperties: { Desired } })
  assert.deepEqual(request?.desired, Desired)
})

test('an update applies the new document, then removes what only the old one named', () => {
  const requests = resourceRequests({
    RequestType: 'Update',
    ResourceProperties: { Desired: after },
    OldResourceProperties: { Desired: before },
  })
  assert.deepEqual(requests, [
    { action: 'apply', desired: after },
    {
      action: 'destroy',
      desired: {
        topics: [{ name: 'goes', endpoint: 'http://removed' }],
        buckets: [{ name: 'b', rules: [{ id: 'r2', topic: 'goes' }] }],
      },
      keep: after,
    },
  ])
})

test('an update that names the same topic and bucket in another way removes neither the topic nor the rule', () => {
  const named = [{ id: 'r1', topic: 'stays', events: ['ObjectCreated:*'] }]
  const renamed = {
    topics: [{ name: 'arn:aws:sns:default:acme:stays', existing: true }],
    buckets: [{ name: 'acme:b', rules: named }],
  }
  const requests = resourceRequests({
    RequestType: 'Update',
    ResourceProperties: { Desired: renamed },
    OldResourceProperties: { Desired: after },
  })
  assert.deepEqual(requests, [{ action: 'apply', desired: renamed }])
})

test('a rule goes, the topic that it was bound to stays', () => {
  const [, removal] = resourceRequests({
    RequestType: 'Update',
    ResourceProperties: { Desired: { topics: [topic('stays')] } },
    OldResourceProperties: { Desired: after },
  })
  assert.deepEqual(removal?.desired, {
    topics: [{ name: 'stays', existing: true }],
    buckets: [{ name: 'b', rules: [{ id: 'r1', topic: 'stays' }] }],
  })
})

test('a deletion needs names alone, and leaves the topics of others', () => {
  const Desired = {
    topics: [topic('ours'), { name: 'theirs', existing: true }],
    buckets: [bucket('b', ['r', 'theirs'])],
  }
  assert.deepEqual(resourceRequests({ RequestType: 'Delete', ResourceProperties: { Desired } }), [
    {
      action: 'destroy',
      desired: {
        topics: [
          { name: 'ours', endpoint: 'http://removed' },
          { name: 'theirs', existing: true },
        ],
        buckets: [{ name: 'b', rules: [{ id: 'r', topic: 'theirs' }] }],
      },
    },
  ])
})

test('what the resource does not claim, or another one claims as well, is not removed', () => {
  const Desired = { topics: [topic('ours'), topic('shared')], buckets: [bucket('b', ['r', 'ours'], ['s', 'ours'])] }
  const isOurs: IsClaimed = (thing) => (thing.kind === 'topic' ? thing.name === 'ours' : thing.id === 'r')
  assert.deepEqual(resourceRequests({ RequestType: 'Delete', ResourceProperties: { Desired } }, isOurs), [
    {
      action: 'destroy',
      desired: {
        topics: [{ name: 'ours', endpoint: 'http://removed' }],
        buckets: [{ name: 'b', rules: [{ id: 'r', topic: 'ours' }] }],
      },
    },
  ])
})

const nothing: [name: string, properties: Record<string, unknown> | undefined][] = [
  ['no document', undefined],
  ['a document that is none', { Desired: { topics: 'many' } }],
  ['a text that is none', { Desired: 'a: b: c' }],
  ['a document without anything', { Desired: {} }],
]
for (const [name, ResourceProperties] of nothing) {
  test(`to delete ${name} is nothing to do`, () => {
    const request = { RequestType: 'Delete' as const, ...(ResourceProperties && { ResourceProperties }) }
    assert.deepEqual(resourceRequests(request), [])
  })
}

test('without a document nothing can be created', () => {
  assert.throws(() => resourceRequests({ RequestType: 'Create', ResourceProperties: {} }), DesiredError)
})
