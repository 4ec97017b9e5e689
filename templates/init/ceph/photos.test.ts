import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cephSample, run } from 'tidings/testing'
import { handler } from './photos.ts'

test('a stored photo is logged', async () => {
  const { outcome, logs } = await run(handler, cephSample('ObjectCreated:Put', { bucket: 'photos', key: 'in/a.jpg' }))
  assert.equal(outcome.type, 'ack')
  assert.equal(logs[0]?.key, 'in/a.jpg')
})
