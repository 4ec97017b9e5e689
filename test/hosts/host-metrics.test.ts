import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { setUpMetrics } from '../../lib/hosts/host-metrics.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction } from '../../lib/kit/function.ts'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { ask } from '../http-client.ts'
import { collectLog } from '../log-lines.ts'
import { createMemorySink } from '../memory-sink.ts'
import { startReceiver } from '../receiver.ts'
import { startTestHost } from './in-process.ts'

/** Samples of Prometheus' text format, less those of the histogram's buckets between first and last. */
const samplesIn = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )

test('/metrics counts deliveries by outcome, events, dead letters, refusals, time and what is in flight', async (t) => {
  const metrics = setUpMetrics()
  const deadLetters = await startReceiver()
  t.after(deadLetters.close)
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: gate, resolve: release } = Promise.withResolvers<void>()
  const sink = createMemorySink(async ([event]) => {
    if (event?.subject === 'down') throw new Error('down')
    if (event?.subject !== 'slow') return
    reach()
    await gate
  })
  const config = readConfig({ AUTH_TOKENS: 'abc', DEAD_LETTER_URL: deadLetters.url })
  const echo = createFunction({ name: 'echo', config, decode: createCephDecoder([]), sink })
  const idle = createFunction({ name: 'idle', config, decode: createCephDecoder([]), sink })
  collectLog()
  const functions = new Map(Object.entries({ echo, idle }))
  const { port } = await startTestHost(t, undefined, { functions, metrics, maxBodyBytes: 10_000 })
  const scrape = async () => {
    const { headers, body } = await ask({ port, method: 'GET', path: '/metrics' })
    return { type: headers['content-type'], text: body, samples: samplesIn(body) }
  }
  const post = (body: string, path = '/echo?token=abc') => ask({ port, path, body })

  await post(notification(wireRecord('a'), wireRecord('b')))
  await post(notification(wireRecord('c'), brokenRecord('d')))
  await post('no json')
  await post(notification(wireRecord('down')))
  await post('{}')
  await post('{}', '/echo')
  await post('{}', '/none')
  await post('x'.repeat(10_001))
  const slow = post(notification(wireRecord('slow')))
  await reached
  const { type, text, samples } = await scrape()
  release()
  await slow

  const seconds = Object.keys(samples).find((name) => name.startsWith('tidings_delivery_duration_seconds_sum'))
  const { [seconds ?? '']: sum = 0, ...counts } = samples
  assert.match(type ?? '', /^text\/plain/)
  assert.match(text, /^# HELP tidings_deliveries_total Deliveries, by outcome$/m)
  assert.match(text, /^# TYPE tidings_delivery_duration_seconds histogram$/m)
  assert.ok(sum > 0 && sum < 60)
  assert.deepEqual(Object.fromEntries(Object.entries(counts).filter(([name]) => !/_bucket.*le="\d/.test(name))), {
    'tidings_deliveries_total{function="echo",outcome="ack"}': 3,
    'tidings_deliveries_total{function="echo",outcome="retry"}': 1,
    'tidings_deliveries_total{function="echo",outcome="reject"}': 2,
    'tidings_deliveries_total{function="echo",outcome="answer"}': 0,
    'tidings_deliveries_total{function="idle",outcome="ack"}': 0,
    'tidings_deliveries_total{function="idle",outcome="retry"}': 0,
    'tidings_deliveries_total{function="idle",outcome="reject"}': 0,
    'tidings_deliveries_total{function="idle",outcome="answer"}': 0,
    'tidings_events_total{function="echo"}': 3,
    'tidings_events_total{function="idle"}': 0,
    'tidings_dead_letters_total{function="echo"}': 2,
    'tidings_dead_letters_total{function="idle"}': 0,
    'tidings_dropped_total{function="echo",reason="rpc"}': 0,
    'tidings_dropped_total{function="echo",reason="filtered"}': 0,
    'tidings_dropped_total{function="echo",reason="duplicate"}': 0,
    'tidings_dropped_total{function="idle",reason="rpc"}': 0,
    'tidings_dropped_total{function="idle",reason="filtered"}': 0,
    'tidings_dropped_total{function="idle",reason="duplicate"}': 0,
    'tidings_delivery_duration_seconds_count{function="echo"}': 6,
    'tidings_delivery_duration_seconds_bucket{function="echo",le="+Inf"}': 6,
    'tidings_http_refused_total{reason="not_found"}': 1,
    'tidings_http_refused_total{reason="body_too_large"}': 1,
    'tidings_in_flight{function="echo"}': 1,
    'tidings_in_flight{function="idle"}': 0,
  })

  const after = (await scrape()).samples
  assert.deepEqual(
    [
      after['tidings_in_flight{function="echo"}'],
      after['tidings_deliveries_total{function="echo",outcome="ack"}'],
      after['tidings_delivery_duration_seconds_count{function="echo"}'],
    ],
    [0, 4, 7],
  )
})
