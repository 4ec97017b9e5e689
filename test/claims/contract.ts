import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { Claimed, Claims, Held } from '../../lib/core/claims.ts'

export type ClaimsUnderTest = {
  readonly name: string
  /** Several views of one store, as several processes have them. */
  open(t: TestContext, count: number, leaseMs: number): readonly Claims[] | Promise<readonly Claims[]>
  /** The shortest lease that the store can measure. */
  readonly leaseMs: number
}

const RACERS = 16
const KEYS = 25
/** Longer than any test. */
const LONG_MS = 600_000

export const isHeld = (claimed: Claimed): claimed is Held => typeof claimed === 'object' && 'fence' in claimed

export const heldOf = (claimed: Claimed): Held => {
  assert.ok(isHeld(claimed), inspect(claimed))
  return claimed
}

/** Tests that every store of claims passes. */
export const testClaims = ({ name, open, leaseMs }: ClaimsUnderTest): void => {
  const newKey = () => `source\0${randomUUID()}`
  const two = async (t: TestContext, lease = LONG_MS): Promise<readonly [Claims, Claims]> => {
    const [first, second] = await open(t, 2, lease)
    assert.ok(first && second)
    return [first, second]
  }
  /** Claims until it is no longer held by another. */
  const takeOver = async (claims: Claims, key: string): Promise<Claimed> => {
    for (;;) {
      const claimed = await claims.claim(key)
      if (typeof claimed === 'string' || !('heldUntil' in claimed)) return claimed
      await delay(Math.max(10, Math.min(100, claimed.heldUntil - Date.now())))
    }
  }

  describe(`${name}, as every store of claims,`, () => {
    test(`gives each of ${KEYS} events to one of ${RACERS} who ask at once`, async (t) => {
      const racers = await open(t, RACERS, LONG_MS)
      await Promise.all(
        Array.from({ length: KEYS }, newKey).map(async (key) => {
          const claimed = await Promise.all(racers.map((claims) => claims.claim(key)))
          assert.equal(claimed.filter(isHeld).length, 1)
          for (const other of claimed) assert.ok(isHeld(other) || (typeof other === 'object' && 'heldUntil' in other))
        }),
      )
    })

    test('remembers what is done', async (t) => {
      const [first, second] = await two(t)
      const key = newKey()
      assert.equal(await first.mark(heldOf(await first.claim(key)), 'done'), true)
      assert.deepEqual([await first.claim(key), await second.claim(key)], ['done', 'done'])
    })

    test('tells until when another holds an event, and a renewed lease ends later', async (t) => {
      const [first, second] = await two(t)
      const key = newKey()
      const before = Date.now()
      const held = heldOf(await first.claim(key))
      const other = await second.claim(key)
      assert.ok(typeof other === 'object' && 'heldUntil' in other)
      // Clocks differ, and some tell whole seconds only.
      assert.ok(Math.abs(other.heldUntil - before - LONG_MS) < 10_000, String(other.heldUntil - before))
      assert.equal(await first.mark(held, 'held'), true)
      assert.equal(await first.mark(held, 'done'), true)
    })

    test('gives what failed to the next one, with a higher fencing number', async (t) => {
      const [first, second] = await two(t)
      const key = newKey()
      const held = heldOf(await first.claim(key))
      assert.equal(await first.mark(held, 'free'), true)
      const next = heldOf(await second.claim(key))
      assert.ok((next.fence ?? 0) > (held.fence ?? 0))
      assert.equal(await second.mark(next, 'done'), true)
    })

    test('gives an event to one of several once the lease ended, and refuses the earlier holder', async (t) => {
      const [first, ...others] = await open(t, 8, leaseMs)
      assert.ok(first)
      const key = newKey()
      const held = heldOf(await first.claim(key))
      assert.ok(!isHeld(await first.claim(key)))
      const claimed = await Promise.all(others.map(async (claims) => ({ claims, got: await takeOver(claims, key) })))
      const fences = claimed.map(({ got }) => heldOf(got).fence ?? 0)
      // Each waits for the lease of the one before, which nobody renews.
      assert.equal(new Set(fences).size, fences.length)
      assert.ok(fences.every((fence) => fence > (held.fence ?? 0)))
      const last = claimed.find(({ got }) => heldOf(got).fence === Math.max(...fences))
      assert.ok(last)
      for (const mark of ['held', 'free', 'done'] as const) assert.equal(await first.mark(held, mark), false, mark)
      assert.equal(await last.claims.mark(heldOf(last.got), 'done'), true)
      assert.equal(await first.mark(held, 'free'), false)
      assert.equal(await first.claim(key), 'done')
    })

    test('keeps which sinks took an event for the one who tries it next', async (t) => {
      const [first, second] = await two(t)
      const key = newKey()
      const held = heldOf(await first.claim(key))
      assert.deepEqual(held.taken, [])
      held.taken = ['archive']
      await first.mark(held, 'held')
      held.taken = ['archive', 'https://example.org/ü']
      await first.mark(held, 'free')
      const next = heldOf(await second.claim(key))
      assert.deepEqual(next.taken, ['archive', 'https://example.org/ü'])
      await second.mark(next, 'free')
      assert.deepEqual(heldOf(await first.claim(key)).taken, ['archive', 'https://example.org/ü'])
    })

    test('takes any source and id, and confuses none with another', async (t) => {
      const [first, second] = await two(t)
      const ids = ['id', 'ID', 'id ', '../id', 'id/', '%69d', '日本\u{1f4f7}', '\n', '', 'x'.repeat(1_000_000)]
      const run = randomUUID()
      const keys = ['here', 'there'].flatMap((source) => ids.map((id) => `${run}/${source}\0${id}`))
      for (const key of keys) {
        const held = heldOf(await first.claim(key))
        assert.ok(!isHeld(await second.claim(key)))
        assert.equal(await first.mark(held, 'done'), true)
        assert.equal(await second.claim(key), 'done')
      }
    })

    test('takes marks of one event that are under way together', async (t) => {
      const [first, second] = await two(t)
      const key = newKey()
      const held = heldOf(await first.claim(key))
      const marks = await Promise.all((['held', 'held', 'done'] as const).map((as) => first.mark(held, as)))
      assert.deepEqual([marks[2], await second.claim(key)], [true, 'done'])
    })
  })
}
