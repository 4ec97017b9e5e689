import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openstackSample, run } from 'tidings/testing'
import { handler } from './servers.ts'

test('a created server is logged', async () => {
  const sample = openstackSample('compute.instance.create.end', { payload: { display_name: 'web-1' } })
  const { outcome, logs } = await run(handler, sample)
  assert.equal(outcome.type, 'ack')
  assert.equal(logs[0]?.server, 'web-1')
})
