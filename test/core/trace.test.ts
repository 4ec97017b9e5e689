import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { traced } from '../../lib/core/trace.ts'

const event = {
  specversion: '1.0',
  id: '1',
  source: 's',
  type: 't',
  datacontenttype: 'application/json',
  data: {},
} as const
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

const traceOf = (headers: Record<string, string>) => {
  const [{ traceparent, tracestate } = {}] = traced([event], {
    body: Buffer.alloc(0),
    headers,
    origin: { kind: 'direct' },
  })
  return { traceparent, tracestate }
}

const states = [
  'a=b',
  'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
  'rojo=00f067aa0ba902b7 ,\tcongo=t61rcWkgMzE',
  '1tenant@system=v',
  'a=b,,c=d',
  'a= b',
  '  a=b \t,\t\tc=d\t\t',
  Array.from({ length: 32 }, (_, index) => `a${index}=b`).join(),
  `a=${'b'.repeat(252)},c=${'d'.repeat(255)}`, // 512 characters
]
for (const tracestate of states) {
  test(`the state ${JSON.stringify(tracestate.slice(0, 50))} goes on`, () => {
    assert.deepEqual(traceOf({ traceparent, tracestate }), { traceparent, tracestate })
  })
}

const noStates = [
  'a=b\r\nx-evil: 1',
  'a=b\n',
  'a=\u0000',
  'a=日本',
  'a=grün',
  'a=\ud800',
  'no-value',
  'A=b',
  'a=b,C=d',
  'a b=c',
  `a=${'b'.repeat(252)},c=${'d'.repeat(256)}`,
  'a=b=c',
  'a=',
  '=b',
  `a=${'b'.repeat(257)}`,
  Array.from({ length: 33 }, (_, index) => `a${index}=b`).join(),
  `a=b,${' '.repeat(1_000_000)}`,
]
for (const tracestate of noStates) {
  test(`the state ${JSON.stringify(tracestate.slice(0, 30))} is left out, the trace is not`, () => {
    assert.deepEqual(traceOf({ traceparent, tracestate }), { traceparent, tracestate: undefined })
  })
}

const noTraces = [
  'x\ny',
  `${traceparent}\n`,
  traceparent.toUpperCase(),
  `ff${traceparent.slice(2)}`,
  '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
  `${traceparent}-more`,
]
for (const wrong of noTraces) {
  test(`${JSON.stringify(wrong)} is not a trace`, () => {
    assert.deepEqual(traceOf({ traceparent: wrong, tracestate: 'a=b' }), {
      traceparent: undefined,
      tracestate: undefined,
    })
  })
}

test('whatever goes on can be written as a header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const { tracestate = '' } = traceOf({ traceparent, tracestate: `a=${text}` })
      assert.match(tracestate, /^[\t\x20-\x7e]*$/)
    }),
  )
})
