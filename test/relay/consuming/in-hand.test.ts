import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIntake } from '../../../lib/relay/consuming/in-hand.ts'

test('while messages are large fewer are taken at once, and at least one', () => {
  const intake = createIntake(200, 32_000_000)
  assert.equal(intake.prefetch, 200)
  intake.seen(1000)
  assert.equal(intake.prefetch, 200)
  intake.seen(10_000_000)
  assert.equal(intake.prefetch, 3)
  intake.seen(100_000_000)
  assert.equal(intake.prefetch, 1)
  for (let count = 0; count < 1000; count++) intake.seen(1000)
  assert.equal(intake.prefetch, 200)
})
