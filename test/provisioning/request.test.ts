import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Delivery } from '../../lib/core/delivery.ts'
import { requestOf } from '../../lib/provisioning/request.ts'

const delivery = (text: string): Delivery => ({ body: Buffer.from(text), headers: {}, origin: { kind: 'direct' } })

test('a request has an action and a document, in JSON or YAML', () => {
  const request = { action: 'plan', desired: { topics: [] } }
  assert.deepEqual(requestOf(delivery(JSON.stringify(request))), request)
  assert.deepEqual(requestOf(delivery('action: plan\ndesired:\n  topics: []\n')), request)
})

test('a document without a request around it, and an unknown member, are refused with what to write', () => {
  const alone = 'topics:\n  - name: a\n'
  assert.throws(() => requestOf(delivery(alone)), {
    code: 'desired_invalid',
    message: [
      'line 1, column 1: action: is missing: write plan, apply, verify, destroy or prune',
      'line 1, column 1: desired: is missing: write a value',
      'line 1, column 1: topics: there is no such setting here: write it under desired',
      'a request has two members: action and desired, which is the document',
    ].join('; '),
  })
  assert.throws(() => requestOf(delivery('{"actio":"plan"}')), /actio: there is no such setting here: remove it;/)
  assert.throws(() => requestOf(delivery('{"action":"aply","desired":{}}')), /action: must be .*got 'aply'/)
})
