import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rfc3339Utc } from '../../lib/process/rfc3339.ts'
import { eventOf } from './delivery.ts'

const dates: [wire: string, utc: string | undefined][] = [
  ['2026-03-04 05:06:07.000123', '2026-03-04T05:06:07.000123Z'],
  ['2026-03-04 05:06:07', '2026-03-04T05:06:07Z'],
  ['2026-03-04 05:06:07+00:00', '2026-03-04T05:06:07Z'],
  ['2026-03-04T05:06:07.000000', '2026-03-04T05:06:07.000000Z'],
  ['2026-03-04T05:06:07Z', '2026-03-04T05:06:07Z'],
  ['2026-03-04T05:06:07.000123+0000', '2026-03-04T05:06:07.000123Z'],
  ['2026-03-04T01:06:07.5+02:30', '2026-03-03T22:36:07.5Z'],
  ['2026-12-31T23:30:00-0100', '2027-01-01T00:30:00Z'],
  [' 2026-03-04 05:06:07 ', '2026-03-04T05:06:07Z'],
  ['2024-02-29 00:00:00', '2024-02-29T00:00:00Z'],
  ['2026-02-29 00:00:00', undefined],
  ['2026-03-0405: 06: 07.1', undefined],
  ['2026-03-04 24:00:00', undefined],
  ['2026-03-04T05:06:07+24:00', undefined],
  ['0000-01-01T00:00:00+10:00', undefined],
  ['2026-03-04', undefined],
  ['', undefined],
]
for (const [wire, utc] of dates) {
  test(`${JSON.stringify(wire)} is ${utc ?? 'no date'}`, () => {
    assert.equal(rfc3339Utc(wire), utc)
  })
}

test('any instant in any zone is the same instant in UTC', () => {
  const instant = fc.date({ noInvalidDate: true, min: new Date('0001-01-02'), max: new Date('9999-12-30') })
  fc.assert(
    fc.property(instant, fc.integer({ min: -1439, max: 1439 }), fc.constantFrom(':', ''), (date, offset, colon) => {
      const two = (number: number) => String(Math.trunc(number)).padStart(2, '0')
      const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1)
      const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}${colon}${two(Math.abs(offset) % 60)}`
      assert.equal(rfc3339Utc(local + zone), date.toISOString())
    }),
  )
})

test('any text is a date that JavaScript reads as the same, or none', () => {
  const near = fc.stringMatching(/^\d{4}-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?$/)
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      const date = rfc3339Utc(text)
      if (date === undefined) return
      assert.equal(new Date(date).toISOString().slice(0, 19), date.slice(0, 19))
    }),
  )
})

test('a bad date costs the event its time, and nothing else', () => {
  const event = eventOf({ event_type: 'x', timestamp: 'yesterday', message_id: 'm' })
  assert.deepEqual([event.id, 'time' in event], ['m', false])
})

test('an audit event tells its time where the message does not', () => {
  const payload = {
    typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
    action: 'create',
    outcome: 'success',
    eventTime: '2026-03-04T05:06:07.000123+0000',
  }
  assert.equal(eventOf({ event_type: 'x', payload }).time, '2026-03-04T05:06:07.000123Z')
})
