import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import { doorOf } from '../../lib/core/door.ts'
import { Retry } from '../../lib/core/verdicts.ts'
import { ceph } from '../../lib/kit/ceph.ts'
import { cephSample } from '../../lib/testing/ceph-sample.ts'
import { run } from '../../lib/testing/run-function.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { cephCapture } from '../fixtures.ts'
import { type Answer, logOf, OPEN_CONFIG, sendCeph } from './own-functions.ts'

const PUT = '20.2.4/ObjectCreated_Put.plain.1'

test('a middleware of Powertools is around the function, and writes its metrics when the function has answered', async () => {
  // It prints on the global console, as in development, where the test can see it.
  Object.assign(process.env, { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' })
  const written = mock.method(console, 'log', () => {})
  const metrics = new Metrics({ namespace: 'tidings', serviceName: 'photos' })
  const handler = ceph({ config: OPEN_CONFIG })
    .on('ObjectCreated:*', ({ record }) => void metrics.addMetric('bytes', 'Bytes', record.size ?? 0))
    .use(logMetrics(metrics))
  try {
    const answers = await sendCeph(handler, PUT)
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [204],
    )
    assert.deepEqual(
      written.mock.calls.map(({ arguments: [line] }) => JSON.parse(String(line)).bytes),
      [11],
    )
  } finally {
    written.mock.restore()
    delete process.env.POWERTOOLS_DEV
    delete process.env.POWERTOOLS_METRICS_DISABLED
  }
})

test("middlewares see the platform's event and answer, in the order they were given", async () => {
  const seen: unknown[] = []
  const noting = (name: string) => ({
    before: ({ event }: { event: unknown }) => void seen.push([name, event]),
    after: ({ response }: { response?: unknown }) => void seen.push([name, (response as Answer).statusCode]), // A Function URL's.
  })
  const handler = ceph({ config: OPEN_CONFIG })
    .on('*', () => {
      throw new Retry()
    })
    .use(noting('outer'))
    .use(noting('inner'))
  logOf(handler)
  const event = functionUrlEvent({ body: cephCapture(PUT).body })
  await handler(event, {})
  assert.deepEqual(seen, [
    ['outer', event],
    ['inner', event],
    ['inner', 503],
    ['outer', 503],
  ])
})

test('a function with a middleware has no door for hosts to go past it; one without has', () => {
  const handler = ceph({ config: OPEN_CONFIG, name: 'mine' }).on('*', () => {})
  assert.equal(doorOf(handler)?.name, 'mine')
  handler.use({ before: () => {} })
  assert.equal(doorOf(handler), undefined)
})

test('an error of a middleware is not called a fault of tidings alone', async () => {
  const fail = () => {
    throw new Error('boom')
  }
  const { outcome } = await run(ceph({ config: OPEN_CONFIG }).on('*', fail).use({ before: fail }), cephSample())
  assert.equal(outcome.type, 'retry')
  assert.equal(
    'error' in outcome && outcome.error.message,
    'an unexpected error, in tidings or in a middleware: its cause is in the log',
  )
})
