import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAckWindow } from '../../../lib/relay/consuming/ack-window.ts'

test('acks go as far as everything is settled, and stragglers are taken one by one', () => {
  const window = createAckWindow()
  for (let tag = 1; tag <= 6; tag++) window.deliver()
  window.settle(2)
  window.settle(3)
  assert.equal(window.advance(), undefined)
  assert.deepEqual(window.takeStragglers(), [2, 3])
  window.settle(1)
  assert.equal(window.advance(), 1)
  window.settle(5)
  assert.equal(window.advance(), undefined)
  window.settle(4)
  assert.equal(window.advance(), 5)
  assert.equal(window.open, 1)
})

test('whatever the order, each tag is acked once and never before it is settled', () => {
  const steps = fc.array(fc.oneof(fc.nat({ max: 29 }), fc.constant('advance'), fc.constant('stragglers')))
  fc.assert(
    fc.property(steps, (list) => {
      const window = createAckWindow()
      for (let tag = 1; tag <= 30; tag++) window.deliver()
      const settled = new Set<number>()
      // The broker's side: it closes the channel at a tag that it does not know, or not any more.
      const unacked = new Set(Array.from({ length: 30 }, (_, index) => index + 1))
      const ack = (tag: number) => {
        assert.ok(unacked.delete(tag), `unknown delivery tag ${tag}`)
        assert.ok(settled.has(tag), `${tag} is not settled`)
      }
      const advance = () => {
        const upTo = window.advance()
        if (upTo === undefined) return
        for (const tag of [...unacked].filter((open) => open < upTo)) ack(tag)
        ack(upTo)
      }
      for (const step of list) {
        if (step === 'advance') advance()
        else if (step === 'stragglers') window.takeStragglers().forEach(ack)
        else if (typeof step === 'number' && !settled.has(step + 1)) {
          settled.add(step + 1)
          window.settle(step + 1)
        }
        assert.equal(window.open, 30 - settled.size)
      }
      advance()
      window.takeStragglers().forEach(ack)
      assert.equal(unacked.size, 30 - settled.size)
    }),
  )
})
