import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { keyOf } from '../../lib/core/claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'

const event = (source: string, id: string): CloudEvent => ({
  specversion: '1.0',
  type: 't',
  source,
  id,
  datacontenttype: 'application/json',
  data: {},
})

test('the key of an event is its source and id, up to 256 characters', () => {
  assert.equal(keyOf(event('s', 'i')), 's\0i')
  assert.notEqual(keyOf(event('a', 'bc')), keyOf(event('ab', 'c')))
  assert.equal(keyOf(event('s', 'i'.repeat(254))), `s\0${'i'.repeat(254)}`)
})

test('a longer one is a digest of both', () => {
  const id = 'i'.repeat(255)
  assert.equal(keyOf(event('s', id)), createHash('sha256').update(`s\0${id}`).digest('base64url'))
})
