import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { withCeOverrides } from '../../lib/sinks/ce-overrides.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { createMemorySink } from '../memory-sink.ts'
import { startReceiver } from '../receiver.ts'
import { event } from './contract.ts'

const overridesOf = (text: string) => readConfig({ K_CE_OVERRIDES: text }).sink.options.ceOverrides

describe('K_CE_OVERRIDES', () => {
  const sound = [
    { text: '{"extensions":{"cloud":"eu-1","zone2":""}}', overrides: { cloud: 'eu-1', zone2: '' } },
    { text: '{}', overrides: {} },
    { text: '{"extensions":null}', overrides: {} },
    { text: '{"extensions":{},"ofalaterrelease":[1]}', overrides: {} },
  ]
  for (const { text, overrides } of sound) {
    test(`of ${text} is taken`, () => assert.deepEqual(overridesOf(text), overrides))
  }

  test('that is empty, as a binding without overrides injects it, is undefined', () => {
    assert.equal(overridesOf(''), undefined)
  })

  const wrong = [
    '{',
    '[]',
    'null',
    '"x"',
    '{"extensions":[]}',
    '{"extensions":"cloud"}',
    '{"extensions":{"cloud":1}}',
    '{"extensions":{"cloudName":"x"}}',
    '{"extensions":{"cloud-name":"x"}}',
    '{"extensions":{"":"x"}}',
    '{"extensions":{"id":"x"}}',
    '{"extensions":{"type":"x"}}',
    '{"extensions":{"data":"x"}}',
  ]
  for (const text of wrong) {
    test(`of ${text} is named, with what to write`, () => {
      assert.throws(() => overridesOf(text), {
        name: 'ConfigError',
        message: /^K_CE_OVERRIDES must be JSON such as \{"extensions":\{"cloud":"eu-1"\}\}, where .*, got '/,
      })
    })
  }

  test('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          const { ceOverrides = {} } = readConfig({ K_CE_OVERRIDES: text }).sink.options
          for (const [name, value] of Object.entries(ceOverrides)) {
            assert.match(name, /^[a-z\d]+$/)
            assert.equal(typeof value, 'string')
          }
        } catch (error) {
          assert.equal((error as Error).name, 'ConfigError')
        }
      }),
    )
  })
})

test('an event leaves with the overrides, over its own, and stays itself for whoever holds it', async () => {
  const memory = createMemorySink()
  const given = event('1', { subject: 'a', priority: 'info' })
  await withCeOverrides(memory, { cloud: 'eu-1', priority: 'error' }).deliver([given])
  assert.deepEqual(memory.events, [{ ...given, cloud: 'eu-1', priority: 'error' }])
  assert.deepEqual(given, event('1', { subject: 'a', priority: 'info' }))
})

test('what the sink says of an event it says of ours', async () => {
  const failure = new Error('away')
  const sink = withCeOverrides({ deliver: () => Promise.reject(failure) }, { cloud: 'eu-1' })
  await assert.rejects(sink.deliver([event('1')]), failure)
})

test('a sink that takes some events settles those that it was given', async () => {
  const [taken, refused] = [event('1'), event('2')]
  const partly: Sink = {
    deliver: async ([first, second], _signal, settle) => {
      if (first !== undefined) settle?.(first, 'taken')
      if (second !== undefined) settle?.(second, { error: new Error('refused') })
      throw new Error('refused')
    },
  }
  const settled: CloudEvent[] = []
  const sink = withCeOverrides(partly, { cloud: 'eu-1' })
  await assert.rejects(sink.deliver([taken, refused], undefined, (one) => settled.push(one)))
  assert.equal(settled[0], taken)
  assert.equal(settled[1], refused)
})

for (const [mode, cloud] of [
  ['binary', (headers: object, _body: string) => (headers as Record<string, string>)['ce-cloud']],
  ['structured', (_headers: object, body: string) => JSON.parse(body).cloud],
] as const) {
  test(`an HTTP sink in ${mode} mode sends them`, async (t) => {
    const receiver = await startReceiver()
    t.after(receiver.close)
    const { sink } = readConfig({
      K_SINK: receiver.url,
      K_CE_OVERRIDES: '{"extensions":{"cloud":"eu-1"}}',
      SINK_MODE: mode,
    })
    await openSink(sink.url, 1, sink.options).deliver([event('1')])
    assert.deepEqual(
      receiver.requests.map(({ headers, body }) => cloud(headers, body)),
      ['eu-1'],
    )
  })
}
