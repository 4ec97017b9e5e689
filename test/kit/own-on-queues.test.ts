import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Retry, SetAside } from '../../lib/core/verdicts.ts'
import { ceph } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { cephSample } from '../../lib/testing/ceph-sample.ts'
import { mskEvent, rabbitmqEvent, sqsEvent } from '../envelopes/queue-samples.ts'
import { startReceiver } from '../receiver.ts'
import { logOf } from './own-functions.ts'

const bodyOf = (key: string): string => JSON.stringify(cephSample('ObjectCreated:Put', { key }))

/** A function that prints nothing, with what it handled and what it set aside. */
const setUp = async (t: { after(end: () => Promise<void>): void }) => {
  const deadLetters = await startReceiver()
  t.after(() => deadLetters.close())
  const handled: string[] = []
  const handler = ceph({ config: readConfig({ DEAD_LETTER_URL: deadLetters.url }), orderBy: 'key' }).on(
    '*',
    ({ record }) => {
      if (record.key === 'later') throw new Retry({ afterSeconds: 9 })
      if (record.key === 'never') throw new SetAside('not for me')
      handled.push(record.key)
    },
  )
  logOf(handler)
  /** The dead letters' reasons and bodies. */
  const dead = () =>
    deadLetters.events().map(({ data }) => {
      const { reasons, body } = data as { reasons: readonly { message: string }[]; body: string } // A dead letter's.
      return [reasons[0]?.message, JSON.parse(body).Records[0].s3.object.key]
    })
  return { handler, handled, dead }
}

const BODIES = ['a', 'later', 'never', 'b'].map(bodyOf)

test('from SQS, what is to be retried is a failed item; what is set aside is a dead letter', async (t) => {
  const { handler, handled, dead } = await setUp(t)
  assert.deepEqual(await handler(sqsEvent(BODIES), {}), { batchItemFailures: [{ itemIdentifier: 'message-2' }] })
  assert.deepEqual([handled, dead()], [['a', 'b'], [['not for me', 'never']]])
})

test('from a FIFO queue of SQS, what comes after it in its group is held back', async (t) => {
  const { handler, handled, dead } = await setUp(t)
  const answer = await handler(sqsEvent(BODIES, { queue: 'tidings.fifo' }), {})
  assert.deepEqual(answer, {
    batchItemFailures: ['message-2', 'message-3', 'message-4'].map((itemIdentifier) => ({ itemIdentifier })),
  })
  assert.deepEqual([handled, dead()], [['a'], []])
})

/** The base64 of a message is in its event; Kafka's failed records are named by partition and offset. */
test('from Kafka, a partition is read again from what is to be retried', async (t) => {
  const { handler, handled, dead } = await setUp(t)
  const [a = '', later = '', never = '', b = ''] = BODIES
  const answer = await handler(
    mskEvent([
      [a, later],
      [never, b],
    ]),
    {},
  )
  const { batchItemFailures } = answer as { batchItemFailures: readonly { itemIdentifier: unknown }[] } // A batch's.
  assert.equal(batchItemFailures.length, 1)
  assert.match(JSON.stringify(batchItemFailures[0]?.itemIdentifier), /"partition":.*"offset":/)
  assert.deepEqual([handled, dead()], [['a', 'b'], [['not for me', 'never']]])
})

test('from RabbitMQ on Lambda, one that is to be retried has the whole batch sent again, and the others are not handled twice', async (t) => {
  const { handler, handled, dead } = await setUp(t)
  for (let tries = 0; tries < 2; tries++)
    await assert.rejects(async () => handler(rabbitmqEvent(BODIES), {}), { code: 'retry_requested' })
  assert.deepEqual(handled, ['a', 'b'])
  assert.deepEqual(dead()[0], ['not for me', 'never'])
})
