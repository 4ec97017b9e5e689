import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Retry } from '../../lib/core/verdicts.ts'
import { cephNotifications } from '../../lib/kit/ceph-function.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { collectLog } from '../log-lines.ts'

/** Levels and messages of the log lines about these notifications, which one function gets in turn. */
const logOf = async (...bodies: readonly string[]): Promise<unknown[]> => {
  const config = readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: 'log:' })
  const handler = cephNotifications({ config, handle: () => {} })
  const lines = collectLog()
  for (const body of bodies) await handler(functionUrlEvent({ body }), {})
  return lines.flatMap(({ level, message, outcome }) => (outcome === 'ack' ? [`${level}: ${message}`] : []))
}

const HANDLED = 'debug: handled'
const SEEN = 'seen before: this process has already handed these events on, and does not repeat them (DEDUPLICATE)'
const PARTLY = 'handled; events that this process has already handed on are not repeated (DEDUPLICATE)'

test('an event that was seen before is told in plain words', async () => {
  const [first, second] = [notification(wireRecord('a')), notification(wireRecord('a'), wireRecord('b'))]
  assert.deepEqual(await logOf(first, first, second), [HANDLED, `info: ${SEEN}`, `info: ${PARTLY}`])
})

test('a dead letter is told as a whole or as a part, also beside events that were seen before', async () => {
  const [part, whole] = [notification(wireRecord('a'), brokenRecord('b')), notification(brokenRecord('b'))]
  assert.deepEqual(await logOf(part, part, whole), [
    'warn: set aside in part as a dead letter',
    'warn: set aside in part as a dead letter',
    'warn: set aside as a dead letter',
  ])
})

test('a retry that the handler asked for is a warning, any other one an error', async () => {
  const config = readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: 'log:' })
  const handlers = [new Retry(), new Error('no')].map((error) =>
    cephNotifications({ config, handle: () => Promise.reject(error) }),
  )
  const lines = collectLog()
  for (const handler of handlers) await handler(functionUrlEvent({ body: notification(wireRecord('a')) }), {})
  assert.deepEqual(
    lines.flatMap(({ level, message, outcome }) => (outcome === 'retry' ? [`${level}: ${message}`] : [])),
    ['warn: the handler asked for a retry', 'error: not handled: the sender has to send it again'],
  )
})
