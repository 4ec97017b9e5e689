import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import type { Delivery, Outcome } from '../../lib/core/delivery.ts'
import { createObserve } from '../../lib/core/observe.ts'
import { AuthenticationError, InternalError } from '../../lib/process/errors.ts'
import type { Logger } from '../../lib/process/log.ts'

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
const provider = new MeterProvider({ readers: [reader] })
metrics.setGlobalMeterProvider(provider)
after(async () => {
  metrics.disable()
  await provider.shutdown()
})

const error = new InternalError('the disk is full')
const refusal = new AuthenticationError('no token')
const outcomes: Outcome[] = [
  { type: 'ack', events: ['a', 'b'], faults: [error], dropped: ['rpc', 'duplicate', 'rpc'] },
  { type: 'ack', events: ['c'], faults: [], dropped: ['filtered'] },
  { type: 'retry', error },
  { type: 'reject', error: refusal },
  { type: 'answer', status: 207, document: {} },
]
const delivery: Delivery = {
  body: Buffer.alloc(0),
  headers: {},
  origin: { kind: 'http', method: 'POST', path: '/p', query: 'token=x', sourceIp: '::1' },
}

let functions = 0

/** A function that took 1.5 s for these deliveries: its points by the name of the measure, and its lines of the log. */
const observed = async () => {
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = []
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields: { ...fields }, message })
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [level, write(level)]),
  ) as unknown as Logger // What observe uses of it.
  const name = `photos-${functions++}`
  const startedAt = process.hrtime.bigint() - 1_500_000_000n
  createObserve(name, log)(outcomes, [delivery, delivery, delivery, delivery], startedAt)
  await reader.forceFlush()
  const all = exporter.getMetrics().at(-1)?.scopeMetrics ?? []
  const measures =
    all.find(({ scope }) => scope.name === 'tidings')?.metrics ?? assert.fail('the meter is named tidings')
  for (const { descriptor } of measures) assert.ok(descriptor.description.length > 10, descriptor.name)
  const points = (measure: string) => {
    const { dataPoints } = measures.find(({ descriptor }) => descriptor.name === measure) ?? assert.fail(measure)
    return dataPoints.filter(({ attributes }) => attributes.function === name)
  }
  return { name, lines, points }
}

test('deliveries are counted by outcome, and their events, dead letters and dropped parts', async () => {
  const { points } = await observed()
  const shown = (measure: string, attribute: string) =>
    points(measure).map(({ attributes, value }) => `${attributes[attribute]} ${value}`)
  assert.deepEqual(shown('tidings.deliveries', 'outcome'), ['ack 2', 'retry 1', 'reject 1', 'answer 1'])
  assert.deepEqual(shown('tidings.dropped', 'reason'), ['rpc 2', 'filtered 1', 'duplicate 1'])
  assert.deepEqual(
    ['tidings.events', 'tidings.dead_letters'].map((measure) => points(measure).map(({ value }) => value)),
    [[3], [1]],
  )
})

test('the time of a delivery is in seconds in the measure, and in milliseconds with three digits in the log', async () => {
  const { points, lines } = await observed()
  const [point = assert.fail()] = points('tidings.delivery.duration_seconds')
  const { count, sum = 0, buckets } = point.value as { count: number; sum?: number; buckets: { boundaries: number[] } } // A histogram.
  assert.equal(count, 5)
  assert.ok(sum > 7.5 && sum < 30, `${sum} s`)
  assert.deepEqual([buckets.boundaries[0], buckets.boundaries.at(-1)], [0.001, 10])
  for (const { fields } of lines) {
    assert.ok(Number(fields.durationMs) >= 1500 && Number(fields.durationMs) < 6000, `${fields.durationMs} ms`)
    assert.match(String(fields.durationMs), /^\d+(\.\d{1,3})?$/)
  }
})

test('the log says what became of each delivery, and who sent one that is refused', async () => {
  const { name, lines } = await observed()
  const shown: Record<string, unknown>[] = lines.map(({ level, message, fields }) => {
    const { durationMs: _, function: shownName, ...rest } = fields
    assert.equal(shownName, name)
    return { level, message, ...rest }
  })
  const deadLetters = shown[0]?.deadLetters
  assert.deepEqual(shown, [
    {
      level: 'warn',
      message: 'set aside in part as a dead letter',
      outcome: 'ack',
      events: ['a', 'b'],
      dropped: ['rpc', 'duplicate', 'rpc'],
      deadLetters,
    },
    { level: 'debug', message: 'handled', outcome: 'ack', events: ['c'], dropped: ['filtered'] },
    { level: 'error', message: 'not handled: the sender has to send it again', outcome: 'retry', error },
    { level: 'warn', message: 'refused', outcome: 'reject', error: refusal, peer: '::1', path: '/p' },
    { level: 'info', message: 'answered', outcome: 'answer', status: 207 },
  ])
})
