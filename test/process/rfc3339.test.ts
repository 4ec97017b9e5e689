import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rfc3339 } from '../../lib/process/rfc3339.ts'

const cases: [wire: string, expected: string | undefined][] = [
  ['2026-11-21T19:25:12.109083Z', '2026-11-21T19:25:12.109083Z'],
  ['2021-04-29 03:44:09.933439Z', '2021-04-29T03:44:09.933439Z'],
  ['2026-11-21T19:25:12', '2026-11-21T19:25:12Z'],
  ['2026-11-21T19:25:12.638804778+01:00', '2026-11-21T19:25:12.638804778+01:00'],
  ['2026-13-21T19:25:12Z', undefined],
  ['2026-11-21T25:25:12Z', undefined],
  ['2026-11-21', undefined],
  ['', undefined],
]
for (const [wire, expected] of cases) {
  test(`${wire || 'an empty text'} is ${expected ?? 'no date'}`, () => {
    assert.equal(rfc3339(wire), expected)
  })
}

test('any instant goes through, and any text is a date or undefined', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }), (date) => {
      assert.equal(rfc3339(date.toISOString()), date.toISOString())
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      const date = rfc3339(text)
      assert.ok(date === undefined || !Number.isNaN(Date.parse(date)))
    }),
  )
})
