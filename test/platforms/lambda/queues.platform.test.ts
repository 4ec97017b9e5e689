import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  mskEvent,
  rabbitmqEvent,
  relayEvent,
  selfManagedKafkaEvent,
  signedBytes,
  snsEvent,
  snsInSqsEvent,
  sqsEvent,
} from '../../envelopes/queue-samples.ts'
import { type Receiver, startReceiver } from '../../receiver.ts'
import { byId, cases, type FunctionName, type TruthCase, truthEnvironment, watch } from '../truth.ts'
import { type Invocation, type Lambda, startLambda } from './rie.ts'

/** A trigger: its event of several messages, and the reply that says which of them have to come again. */
type Trigger = {
  readonly name: string
  readonly toEvent: (messages: readonly TruthCase['request'][]) => unknown
  /** The answer that the trigger needs for the numbers of the messages to send again; `threw`: the whole batch. */
  readonly reply: (again: readonly number[]) => { readonly returned: unknown } | 'threw' | 'returned'
}

const bodies = (messages: readonly TruthCase['request'][]): string[] => messages.map(({ body }) => body)
/** All of a batch have those of the first one: in every batch here they are alike. */
const headers = ([first]: readonly TruthCase['request'][]): Record<string, string> => ({ ...first?.headers })
const asBytes = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { bytes: signedBytes(text) }]))
const contentType = (texts: Readonly<Record<string, string>>) => texts['content-type'] ?? null
const wholeBatch: Trigger['reply'] = (again) => (again.length > 0 ? 'threw' : 'returned')
const failures = (identifier: (index: number) => unknown) => (again: readonly number[]) => ({
  returned: { batchItemFailures: again.map((index) => ({ itemIdentifier: identifier(index) })) },
})
const offsets = (topic: string) => (again: readonly number[]) =>
  // A partition goes on at the first offset that is named.
  failures((index) => ({ partition: `${topic}-0`, offset: 15 + index }))(again.slice(0, 1))
const messageIds = failures((index) => `message-${index + 1}`)

const triggers: readonly Trigger[] = [
  {
    name: 'Amazon MQ',
    toEvent: (messages) => {
      const properties = { contentType: contentType(headers(messages)), headers: asBytes(headers(messages)) }
      return rabbitmqEvent(bodies(messages), { properties })
    },
    reply: wholeBatch,
  },
  {
    name: 'the relay',
    toEvent: (messages) => {
      const properties = { contentType: contentType(headers(messages)), headers: asBytes(headers(messages)) }
      // Where all services publish to one exchange.
      return relayEvent(bodies(messages), { properties, exchange: 'openstack' })
    },
    reply: failures((index) => String(index + 1)),
  },
  {
    name: 'Amazon MSK',
    toEvent: (messages) => mskEvent([bodies(messages)], { headers: headers(messages) }),
    reply: offsets('tidings'),
  },
  {
    name: 'Kafka of one’s own',
    toEvent: (messages) => selfManagedKafkaEvent([bodies(messages)], { headers: headers(messages) }),
    reply: offsets('tidings'),
  },
  {
    name: 'SQS',
    toEvent: (messages) => sqsEvent(bodies(messages), { attributes: headers(messages) }),
    reply: messageIds,
  },
  {
    name: 'SNS through SQS',
    toEvent: (messages) => snsInSqsEvent(bodies(messages), { attributes: headers(messages) }),
    reply: messageIds,
  },
]

/** Tells a single message at a time. */
const sns: Trigger = {
  name: 'SNS',
  toEvent: ([message]) => snsEvent(message?.body ?? '', message === undefined ? {} : { ...message.headers }),
  reply: wholeBatch,
}

const replyOf = (invocation: Invocation, wanted: ReturnType<Trigger['reply']>): unknown => {
  if (typeof wanted === 'object') return invocation
  return 'threw' in invocation ? 'threw' : 'returned'
}

for (const functionName of ['ceph-notifications', 'openstack-notifications'] satisfies FunctionName[]) {
  describe(`Lambda: ${functionName} by`, () => {
    let receiver: Receiver
    let lambda: Lambda
    before(async () => {
      receiver = await startReceiver()
      lambda = await startLambda({ bundle: functionName, environment: truthEnvironment(receiver) })
    })
    after(async () => {
      await lambda?.[Symbol.asyncDispose]()
      await receiver.close()
    })
    // Whoever may put into a queue was let in by it.
    const rows = cases.filter((each) => each.functionName === functionName && !each.withoutToken)
    const byName = (name: string): TruthCase => {
      const found = rows.find((each) => each.name === name)
      if (found === undefined) throw new Error(`there is no case ${name}`)
      return found
    }

    for (const { name, toEvent, reply } of [...triggers, sns]) {
      for (const each of rows) {
        test(`${name}: ${each.name}`, async () => {
          const seen = watch(receiver, each)
          const invocation = await lambda.invoke(toEvent([each.request]))
          const wanted = reply(each.outcome === 'retry' ? [0] : [])
          const deadLetters = each.deadLetters + (each.outcome === 'reject' ? 1 : 0)
          assert.deepEqual(
            { reply: replyOf(invocation, wanted), ...seen() },
            { reply: wanted, events: byId(each.events), deadLetters },
          )
        })
      }
    }

    const [first = byName('')] = rows.filter(({ events }) => events.length > 0)
    const poison = byName('bytes that are not JSON')
    for (const { name, toEvent, reply } of triggers) {
      test(`${name}: of a batch, what cannot be read is set aside, and the rest is handed on`, async () => {
        const seen = watch(receiver, {})
        const invocation = await lambda.invoke(toEvent([poison.request, first.request, poison.request]))
        const wanted = reply([])
        assert.deepEqual(
          { reply: replyOf(invocation, wanted), ...seen() },
          { reply: wanted, events: first.events, deadLetters: 2 },
        )
      })

      test(`${name}: of a batch, only what the sink did not take has to come again`, async () => {
        const seen = watch(receiver, { trouble: 'sink-down' })
        const invocation = await lambda.invoke(toEvent([poison.request, first.request, poison.request, first.request]))
        // The second of two alike shares the fate of the first.
        const wanted = reply([1, 3])
        assert.deepEqual(
          { reply: replyOf(invocation, wanted), ...seen() },
          { reply: wanted, events: [], deadLetters: 2 },
        )
      })
    }
  })
}
