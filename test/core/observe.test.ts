import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Retry } from '../../lib/core/verdicts.ts'
import { ceph } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { logOf } from '../kit/own-functions.ts'

/** Levels and messages of the log lines about these notifications, which one function gets in turn. */
const outcomesOf = async (...bodies: readonly string[]): Promise<unknown[]> => {
  const config = readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: 'log:' })
  const handler = ceph({ config }).otherwise(() => {})
  const lines = logOf(handler)
  for (const body of bodies) await handler(functionUrlEvent({ body }), {})
  return lines.flatMap(({ level, message, outcome }) => (outcome === 'ack' ? [`${level}: ${message}`] : []))
}

const HANDLED = 'debug: handled'
const SEEN = 'seen before: these events have already been handled, and are not repeated (CLAIMS_URL)'
const PARTLY = 'handled; events that have already been handled are not repeated (CLAIMS_URL)'

test('an event that was seen before is told in plain words', async () => {
  const [first, second] = [notification(wireRecord('a')), notification(wireRecord('a'), wireRecord('b'))]
  assert.deepEqual(await outcomesOf(first, first, second), [HANDLED, `info: ${SEEN}`, `info: ${PARTLY}`])
})

test('a dead letter is told as a whole or as a part, also beside events that were seen before', async () => {
  const [part, whole] = [notification(wireRecord('a'), brokenRecord('b')), notification(brokenRecord('b'))]
  assert.deepEqual(await outcomesOf(part, part, whole), [
    'warn: set aside in part as a dead letter',
    'warn: set aside in part as a dead letter',
    'warn: set aside as a dead letter',
  ])
})

test('a retry that the handler asked for is a warning, any other one an error', async () => {
  const config = readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: 'log:' })
  const handlers = [new Retry(), new Error('no')].map((error) =>
    ceph({ config }).otherwise(() => Promise.reject(error)),
  )
  const [lines = []] = handlers.map(logOf).slice(-1)
  for (const handler of handlers) await handler(functionUrlEvent({ body: notification(wireRecord('a')) }), {})
  assert.deepEqual(
    lines.flatMap(({ level, message, outcome }) => (outcome === 'retry' ? [`${level}: ${message}`] : [])),
    ['warn: the handler asked for a retry', 'error: not handled: the sender has to send it again'],
  )
})
