import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { albEvent, functionUrlEvent, restApiEvent } from '../../envelopes/samples.ts'
import { startReceiver } from '../../receiver.ts'
import { freePorts } from '../../services/ports.ts'
import { startLambda } from './rie.ts'

const keys = { RGW_ACCESS_KEY: 'access', RGW_SECRET_KEY: 'the-secret-key', AUTH_TOKENS: 'a-token' }
const document = { topics: [{ name: 't', endpoint: 'http://functions.example.org/' }] }

/** A place that nothing listens at. */
const nowhere = async (): Promise<string> => `http://127.0.0.1:${(await freePorts(1))[0]}`

const startStack = async (t: TestContext, environment: Record<string, string>, timeoutSeconds = 60) => {
  // In the place of CloudFormation's bucket for answers.
  const answers = await startReceiver()
  t.after(answers.close)
  const lambda = await startLambda({
    bundle: 'ceph-provisioner',
    environment: { ...keys, RGW_ATTEMPTS: '1', ...environment },
    timeoutSeconds,
  })
  t.after(() => lambda[Symbol.asyncDispose]())
  const request = async (RequestType: string, Desired: unknown) => {
    await lambda.invoke({
      RequestType,
      ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
      ResponseURL: answers.url,
      StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/s/guid',
      RequestId: 'request-1',
      LogicalResourceId: 'Notifications',
      ResourceType: 'Custom::CephNotifications',
      ResourceProperties: { ServiceToken: 'arn', Desired },
      ...(RequestType !== 'Create' && { PhysicalResourceId: 'physical-1' }),
    })
    const [put] = answers.requests
    assert.deepEqual([answers.requests.length, put?.method], [1, 'PUT'])
    return JSON.parse(put?.body ?? '')
  }
  return { lambda, request }
}

describe('Lambda: the provisioner, as a custom resource,', () => {
  test('answers the stack that there was nothing to remove', async (t) => {
    const { request } = await startStack(t, { RGW_ENDPOINT: await nowhere() })
    assert.deepEqual(await request('Delete', undefined), {
      Status: 'SUCCESS',
      PhysicalResourceId: 'physical-1',
      StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/s/guid',
      RequestId: 'request-1',
      LogicalResourceId: 'Notifications',
    })
  })

  test('answers the stack why a document is wrong', async (t) => {
    const { request } = await startStack(t, { RGW_ENDPOINT: await nowhere() })
    const { Status, Reason, PhysicalResourceId } = await request('Create', {
      topics: [{ name: 't', endpoint: 'ftp://x' }],
    })
    assert.equal(Status, 'FAILED')
    assert.match(Reason, /topics\.0\.endpoint/)
    assert.notEqual(PhysicalResourceId, '')
  })

  test('answers the stack that the gateway is away', async (t) => {
    const { request } = await startStack(t, { RGW_ENDPOINT: await nowhere() })
    const { Status, Reason } = await request('Create', JSON.stringify(document))
    assert.equal(Status, 'FAILED')
    assert.match(Reason, /rgw_unavailable/)
    assert.doesNotMatch(Reason, /the-secret-key/)
  })

  test('answers the stack before its own time is over', async (t) => {
    // A gateway that never says a word: a real one cannot be made to on demand.
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    t.after(() => silent.close())
    await new Promise((resolve) => silent.once('listening', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const { request } = await startStack(t, { RGW_ENDPOINT: `http://127.0.0.1:${port}` }, 7)
    const { Status } = await request('Create', document)
    assert.equal(Status, 'FAILED')
  })
})

describe('Lambda: the provisioner, asked', () => {
  for (const [door, toEvent] of Object.entries({ functionUrlEvent, restApiEvent, albEvent })) {
    test(`by HTTP (${door}), answers with a problem document`, async (t) => {
      const { lambda } = await startStack(t, { RGW_ENDPOINT: await nowhere() })
      const body = JSON.stringify({ action: 'plan', desired: document })
      const statuses = []
      for (const authorization of ['Bearer a-token', 'Bearer another']) {
        const headers = { authorization, 'content-type': 'application/json' }
        const invocation = await lambda.invoke(toEvent({ headers, body }))
        assert.ok('returned' in invocation)
        const { statusCode, body: problem } = invocation.returned as { statusCode: number; body: string } // As each has it.
        statuses.push([statusCode, JSON.parse(problem).code])
      }
      assert.deepEqual(statuses, [
        [502, 'rgw_unavailable'],
        [401, 'unauthorized'],
      ])
    })
  }

  test('directly, throws what went wrong', async (t) => {
    const { lambda } = await startStack(t, { RGW_ENDPOINT: await nowhere() })
    const invocation = await lambda.invoke({ action: 'plan', desired: { topics: 'many' } })
    assert.ok('threw' in invocation)
    assert.match(invocation.threw.errorMessage, /topics/)
  })

  test('without a gateway, says on its way up which variable is missing', async (t) => {
    const { lambda } = await startStack(t, { RGW_ENDPOINT: '' })
    const invocation = await lambda.invoke({ action: 'plan', desired: document })
    assert.ok('threw' in invocation)
    assert.match(invocation.threw.errorMessage, /^RGW_ENDPOINT is missing/)
  })
})
