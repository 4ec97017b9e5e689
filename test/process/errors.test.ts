import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { build } from 'esbuild'
import { createMemoryClaims } from '../../lib/claims/memory-claims.ts'
import { unwrapping } from '../../lib/cloudevents/unwrap-cloudevents.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Decode } from '../../lib/core/decoder.ts'
import type { Delivery, Outcome } from '../../lib/core/delivery.ts'
import { createPipeline } from '../../lib/core/pipeline.ts'
import type { Sink } from '../../lib/core/sink.ts'
import * as errors from '../../lib/process/errors.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import { createMemorySink } from '../memory-sink.ts'

const directory = mkdtempSync(`${tmpdir()}/tidings-errors-`)
after(() => rmSync(directory, { recursive: true }))

/** A bundle beside the package: the same classes once more, under other names. */
let bundled: typeof errors
before(async () => {
  const outfile = `${directory}/errors.cjs`
  const entry = new URL('../../lib/process/errors.ts', import.meta.url).pathname
  await build({ entryPoints: [entry], outfile, bundle: true, minify: true, platform: 'node', format: 'cjs' })
  bundled = createRequire(import.meta.url)(outfile) as typeof errors // Bundled from that module.
})

/** As a version of the package would throw it that has other classes and fewer members. */
const ofOlderVersion = (code: errors.ErrorCode, status: number): Error =>
  Object.assign(new Error('from an older version'), { [Symbol.for('tidings.error')]: true, code, status })

const event: CloudEvent = {
  specversion: '1.0',
  id: '1',
  source: 's',
  type: 't',
  datacontenttype: 'application/json',
  data: {},
}
const delivery: Delivery = {
  body: Buffer.from('a'),
  headers: {},
  origin: { kind: 'amqp', queue: 'q', redelivered: false },
}

type Fate = { readonly outcome: Outcome | undefined; readonly deadLetters: number }

/** One delivery through the pipeline of the sources, with a decoder and a sink of whichever copy. */
const passThrough = async (decode: Decode, sink: Sink = createMemorySink()): Promise<Fate> => {
  const deadLetters = createMemorySink()
  const run = createPipeline({
    functionName: 'test',
    decode,
    sink,
    deadLetters,
    lastResort: createMemorySink(),
    returnsRefused: false,
    wanted: () => true,
    claims: createMemoryClaims(10),
    redact: createRedact([]),
    now: () => new Date(0),
  })
  const [outcome] = await run([delivery])
  return { outcome, deadLetters: deadLetters.events.length }
}

const throwing = (error: unknown) => () => {
  throw error
}
const oneEvent: Decode = () => ({ events: [event], faults: [] })

const copies: Readonly<Record<string, () => Record<'undecodable' | 'refused' | 'unavailable', Error>>> = {
  'a bundle': () => ({
    undecodable: new bundled.DecodeError('not JSON'),
    refused: new bundled.SinkRefusedError('never'),
    unavailable: new bundled.SinkUnavailableError('later', { retryAfterSeconds: 7 }),
  }),
  'an older version': () => ({
    undecodable: ofOlderVersion('decode_failed', 422),
    refused: ofOlderVersion('sink_refused', 422),
    unavailable: Object.assign(ofOlderVersion('sink_unavailable', 503), { retryAfterSeconds: 7 }),
  }),
}

for (const [copy, make] of Object.entries(copies)) {
  describe(`errors of ${copy} beside the package`, () => {
    test('are of other classes, and recognised all the same', () => {
      for (const error of Object.values(make())) {
        assert.ok(!(error instanceof errors.TidingsError))
        assert.ok(errors.isTidingsError(error))
        assert.equal(errors.toTidingsError(error), error)
      }
      assert.ok(errors.hasCode<errors.DecodeError>(make().undecodable, 'decode_failed'))
      assert.ok(!errors.hasCode<errors.SchemaError>(make().undecodable, 'schema_mismatch'))
    })

    test('of a decoder make a dead letter', async () => {
      const { outcome, deadLetters } = await passThrough(throwing(make().undecodable))
      assert.deepEqual([outcome?.type, deadLetters], ['ack', 1])
    })

    test('of a decoder say which item of a batch they are about', () => {
      const batch = { ...delivery, body: Buffer.from(JSON.stringify([event, event])) }
      const [fault] = unwrapping(throwing(make().undecodable))(batch).faults
      assert.match(fault?.message ?? '', /^event 0 of the batch: /)
    })

    test('of a sink that refuses make a dead letter', async () => {
      const { outcome, deadLetters } = await passThrough(oneEvent, createMemorySink(throwing(make().refused)))
      assert.deepEqual([outcome?.type, deadLetters], ['ack', 1])
    })

    test('of a sink that is away ask for a retry, after the delay that they name', async () => {
      const { outcome, deadLetters } = await passThrough(oneEvent, createMemorySink(throwing(make().unavailable)))
      assert.deepEqual([outcome?.type === 'retry' && outcome.retryAfterSeconds, deadLetters], [7, 0])
    })
  })
}

test('an error of another package is not an error of tidings, whatever its code', () => {
  const foreign = Object.assign(new Error('no'), { code: 'decode_failed', status: 422 })
  assert.ok(!errors.isTidingsError(foreign))
  assert.ok(!errors.hasCode<errors.DecodeError>(foreign, 'decode_failed'))
  for (const thrown of [undefined, null, 'decode_failed', 1]) assert.ok(!errors.isTidingsError(thrown))
})
