import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { readConfig } from '../../../lib/kit/config.ts'
import type { FunctionHandler } from '../../../lib/kit/function.ts'
import { openstack } from '../../../lib/kit/openstack.ts'
import { batchEvent } from '../../../lib/relay/invoke/batch-event.ts'
import { createInProcessInvoke, type InProcessContext } from '../../../lib/relay/invoke/invoke-in-process.ts'
import { messageOf } from '../messages.ts'

const ask = async (handler: FunctionHandler, timeoutMs = 60_000, tags = [1, 2]) => {
  const invoke = createInProcessInvoke('mine', handler, timeoutMs)
  return invoke(
    tags.map((tag) => messageOf(tag)),
    new AbortController().signal,
  )
}

test('a function of this process is called with the event, and what it throws is about the whole batch', async () => {
  const events: unknown[] = []
  const verdicts = await ask(async (event, context) => {
    events.push([event, 'functionName' in context && context.functionName])
    return { batchItemFailures: [{ itemIdentifier: '1' }] }
  })
  assert.deepEqual(
    verdicts.map(({ type }) => type),
    ['retry', 'ack'],
  )
  assert.deepEqual(events, [[batchEvent([messageOf(1), messageOf(2)]), 'mine']])
  await assert.rejects(
    ask(() => Promise.reject(new Error('not configured'))),
    /not configured/,
  )
})

test('a function of this process knows how long it has, and is told when its time is over', async () => {
  const seen: InProcessContext[] = []
  const patient: FunctionHandler = async (_event, context) => {
    const given = context as InProcessContext // As the relay makes it.
    seen.push(given)
    const remaining = given.getRemainingTimeInMillis()
    assert.ok(remaining > 0 && remaining <= 50, `${remaining}`)
    await once(given.signal, 'abort')
    throw new Error('aborted')
  }
  await assert.rejects(ask(patient, 50), { message: 'the function gave no answer in time (50 ms)' })
  assert.equal(seen[0]?.signal.aborted, true)
  assert.equal(seen[0]?.getRemainingTimeInMillis(), 0)
})

test('a function of this process that does not answer in time is not waited for, and its late answer is not heard', async () => {
  const late = Promise.withResolvers<unknown>()
  // Several messages: none is to blame. One alone may be the cause, so that counts as a try.
  await assert.rejects(
    ask(() => late.promise, 20),
    { message: 'the function gave no answer in time (20 ms)' },
  )
  assert.deepEqual(await ask(() => late.promise, 20, [1]), [{ type: 'retry', reason: 'no answer in time (20 ms)' }])
  late.reject(new Error('late'))
})

test('what a function of ours has done by its early timeout is not asked for again', async () => {
  const sent: string[] = []
  const handler = openstack({ config: readConfig({ LOG_LEVEL: 'error' }) }).otherwise(
    async ({ event: { id }, signal }) => {
      if (id === 'slow') await new Promise((_resolve, reject) => signal.addEventListener('abort', reject))
      sent.push(id)
    },
  )
  const notification = (id: string): Buffer =>
    Buffer.from(
      JSON.stringify({
        ...{ message_id: id, event_type: 'port.create.end', publisher_id: 'network.h', priority: 'INFO' },
        ...{ timestamp: '2026-03-04 05:06:07', payload: {} },
      }),
    )
  const batch = ['one', 'slow', 'three'].map((id, index) => messageOf(index + 1, { body: notification(id) }))
  const invoke = createInProcessInvoke('openstack-notifications', handler, 600)
  const verdicts = await invoke(batch, new AbortController().signal)
  assert.deepEqual(
    verdicts.map(({ type }) => type),
    ['ack', 'retry', 'retry'],
  )
  assert.deepEqual(sent, ['one'])
})
