import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Receiver, startReceiver } from '../../receiver.ts'
import { cases, truthEnvironment, watch } from '../truth.ts'
import { type Lambda, startLambda } from './rie.ts'

describe('Lambda: a function invoked directly, with the notification as the event', () => {
  let receiver: Receiver
  let ceph: Lambda
  let openstack: Lambda
  before(async () => {
    receiver = await startReceiver()
    const environment = truthEnvironment(receiver)
    ceph = await startLambda({ bundle: 'ceph-notifications', environment })
    openstack = await startLambda({ bundle: 'openstack-notifications', environment })
  })
  after(async () => {
    await ceph?.[Symbol.asyncDispose]()
    await openstack?.[Symbol.asyncDispose]()
    await receiver.close()
  })

  // Text that is not JSON cannot be an event, and tokens are for HTTP.
  for (const each of cases.filter(({ name, withoutToken }) => !name.includes('not JSON') && !withoutToken)) {
    test(`${each.functionName}: ${each.name}`, async () => {
      const seen = watch(receiver, each)
      const lambda = each.functionName === 'ceph-notifications' ? ceph : openstack
      const invocation = await lambda.invoke(JSON.parse(each.request.body))
      const { events, deadLetters } = seen()
      assert.equal('threw' in invocation, each.outcome !== 'ack', JSON.stringify(invocation))
      if ('returned' in invocation) {
        const summary = invocation.returned as { outcome: string; events: string[]; deadLetters: object[] } // As a direct invocation answers.
        assert.deepEqual(
          { ...summary, events: summary.events.toSorted(), deadLetters: summary.deadLetters.length > 0 },
          { outcome: 'ack', events: events.map(({ id }) => id), deadLetters: deadLetters > 0 },
        )
      }
      assert.deepEqual({ events, deadLetters }, { events: each.events, deadLetters: each.deadLetters })
    })
  }
})
