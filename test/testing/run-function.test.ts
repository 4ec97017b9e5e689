import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ceph, openstack, Retry, recordOf, SetAside } from '../../lib/index.ts'
import { cephNotifications } from '../../lib/kit/ceph-function.ts'
import { cephSample, openstackSample, run } from '../../lib/testing/index.ts'

test('a function is run with a sample; what it did is told, and nothing is printed', async () => {
  const seen: string[] = []
  const handler = ceph().on('ObjectCreated:*', { bucket: 'photos' }, ({ record, log }) => {
    seen.push(record.key)
    log.info('resized', { key: record.key })
  })
  const { outcome, outcomes, events, logs, deadLetters, sent } = await run(handler, cephSample('ObjectCreated:Put'))
  assert.deepEqual(seen, ['in/a.jpg'])
  assert.deepEqual([outcome.type, outcomes.length], ['ack', 1])
  assert.deepEqual(
    events.map(({ type, subject }) => [type, subject]),
    [['com.amazonaws.s3.ObjectCreated:Put', 'in/a.jpg']],
  )
  assert.deepEqual(
    logs.map(({ level, message, key }) => [level, message, key]),
    [['info', 'resized', 'in/a.jpg']],
  )
  assert.deepEqual([deadLetters, sent], [[], []])
})

test('an event that no handler is for is acked as filtered', async () => {
  const handler = ceph().on('ObjectRemoved:*', () => assert.fail('not for this one'))
  const { outcome, events } = await run(handler, cephSample('ObjectCreated:Put'))
  assert.deepEqual([outcome, events], [{ type: 'ack', events: [], faults: [], dropped: ['filtered'] }, []])
})

test('Retry and SetAside show in the outcome and in the dead letters', async () => {
  const handler = openstack().on('compute.instance.create.end', ({ data }) => {
    if (data.payload.display_name === 'later') throw new Retry({ afterSeconds: 30 })
    throw new SetAside('no such flavour')
  })
  const sample = (name: string) => openstackSample('compute.instance.create.end', { payload: { display_name: name } })
  const { outcomes, deadLetters } = await run(handler, [sample('later'), sample('never')])
  assert.deepEqual(
    outcomes.map(({ type }) => type),
    ['retry', 'ack'],
  )
  assert.equal(outcomes[0]?.type === 'retry' && outcomes[0].retryAfterSeconds, 30)
  assert.equal(deadLetters.length, 1)
  assert.match(JSON.stringify(deadLetters[0]?.data), /no such flavour/)
})

test('one sample twice is one event; two samples are two', async () => {
  const handler = ceph().on('ObjectCreated:*', () => {})
  const sample = cephSample('ObjectCreated:Put')
  await run(handler, sample)
  const again = await run(handler, sample)
  assert.deepEqual(again.outcome.type === 'ack' && again.outcome.dropped, ['duplicate'])
  const { events } = await run(handler, [cephSample('ObjectCreated:Put'), cephSample('ObjectCreated:Put')])
  assert.equal(events.length, 2)
})

test('events that go to the log are told as sent; settings are those of the run', async () => {
  const sizes: unknown[] = []
  const { sent } = await run(cephNotifications(), cephSample('ObjectCreated:Put', { size: 7 }))
  for (const event of sent) sizes.push(recordOf(event as never).size)
  assert.deepEqual(sizes, [7])
  const handler = ceph().on('*', () => {})
  const { outcome, logs } = await run(handler, cephSample('ObjectCreated:Copy'), {
    env: { EVENT_TYPES: '!*Copy', LOG_LEVEL: 'debug' },
  })
  assert.deepEqual(outcome.type === 'ack' && outcome.dropped, ['filtered'])
  assert.equal(logs.length, 1)
  assert.equal(process.env.EVENT_TYPES, undefined)
})

test("a notification of one's own may be bytes or text, and may be wrong", async () => {
  const handler = ceph().on('*', () => {})
  const { outcomes } = await run(handler, [
    JSON.stringify(cephSample()),
    Buffer.from(JSON.stringify(cephSample())),
    '{}',
  ])
  assert.deepEqual(
    outcomes.map(({ type }) => type),
    ['ack', 'ack', 'reject'],
  )
})

test('a function with middlewares of others is run as a platform calls it', async () => {
  const order: string[] = []
  const handler = ceph()
    .on('*', () => void order.push('handler'))
    .use({ before: () => void order.push('before') })
  const { outcome, events } = await run(handler, cephSample())
  assert.deepEqual([order, outcome.type, events.length], [['before', 'handler'], 'ack', 1])
  const failing = ceph()
    .on('*', () => Promise.reject(new Error('no')))
    .use({ after: () => {} })
  assert.equal((await run(failing, cephSample())).outcome.type, 'retry')
})

test('arguments that are missing are an error with the argument that is expected', async () => {
  const handler = ceph().on('*', () => {})
  await assert.rejects(run(undefined as never, cephSample()), {
    message: /^the first argument must be a function made by/,
  })
  await assert.rejects(run(handler, undefined as never), { message: /^the second argument must be a notification/ })
  await assert.rejects(run(handler, []), { message: 'give at least one notification' })
})
