// A stand-in for the presigned URL of CloudFormation, which is not at hand.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import type { Outcome } from '../../lib/core/delivery.ts'
import { customResource } from '../../lib/envelopes/custom-resource-envelope.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { cephProvisioner } from '../../lib/kit/provisioner-function.ts'
import { AuthenticationError, InternalError } from '../../lib/process/errors.ts'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'

const startStack = async (status: number) => {
  const answers: { Status: string; Reason?: string }[] = []
  const server = createServer(async (request, response) => {
    answers.push((await json(request)) as (typeof answers)[number]) // As the function writes it.
    if (status === 0) request.socket.destroy()
    else response.writeHead(status, { location: '/elsewhere' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A string only for pipes.
  return { answers, url: `http://127.0.0.1:${port}/?X-Amz-Signature=s3cret` }
}

const handler = cephProvisioner(
  readConfig({ LOG_LEVEL: 'error' }),
  readRgwConfig({ RGW_ENDPOINT: 'http://127.0.0.1:9', RGW_ACCESS_KEY: 'key', RGW_SECRET_KEY: 'secret' }),
)

const ask = async (ResponseURL: string, Desired: unknown): Promise<unknown> =>
  handler(
    {
      RequestType: 'Create',
      ResponseURL,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Hook',
      ResourceProperties: { Desired },
    },
    {},
  )

for (const status of [403, 500, 503, 0]) {
  const what = status === 0 ? 'the connection ends' : `the URL answers ${status}`
  test(`the answer is PUT once, and the function fails, where ${what}`, async () => {
    const stack = await startStack(status)
    await assert.rejects(ask(stack.url, { topics: 'many' }), (error: Error) => {
      assert.match(error.message, /CloudFormation/)
      assert.doesNotMatch(`${error.stack} ${error.cause}`, /s3cret/)
      return true
    })
    assert.equal(stack.answers.length, 1)
  })
}

test('the answer of a failure is PUT once, with its reason', async () => {
  const stack = await startStack(200)
  await ask(stack.url, { topics: 'many' })
  assert.deepEqual(
    stack.answers.map(({ Status, Reason = '' }) => [Status, Reason.startsWith('desired_invalid: topics')]),
    [['FAILED', true]],
  )
})

test('a redirect of the answer is not followed', async () => {
  const { answers, url } = await startStack(307)
  await assert.rejects(ask(url, { topics: 'x' }), { code: 'sink_unavailable' })
  assert.equal(answers.length, 1)
})

test('what lacks a text that CloudFormation always sends is not a request of a stack, and nothing is sent to its URL', async () => {
  const { answers, url } = await startStack(200)
  await assert.rejects(handler({ RequestType: 'Create', ResponseURL: url, StackId: {}, RequestId: 'a' }, {}), {
    code: 'desired_invalid',
  })
  assert.deepEqual(answers, [])
})

describe('the answer to CloudFormation', () => {
  const StackId = 'arn:aws:cloudformation:eu-1:1:stack/a/b'
  const request = { RequestType: 'Update' as const, StackId, RequestId: 'request', LogicalResourceId: 'Hook' }

  const answerTo = async (outcome: Outcome | undefined, more: object = {}) => {
    const { answers, url } = await startStack(200)
    const { seal } = customResource.open({ ...request, ResponseURL: url, ...more })
    await seal(outcome === undefined ? [] : [outcome])
    assert.equal(answers.length, 1)
    return answers[0]
  }
  const answer = (document: object, status = 200): Outcome => ({ type: 'answer', status, document })
  const PhysicalResourceId = `tidings-${createHash('sha256').update(`${StackId}/Hook`).digest('hex').slice(0, 32)}`
  const common = { PhysicalResourceId, StackId, RequestId: 'request', LogicalResourceId: 'Hook' }

  test('is a success, without a reason, for whatever is done', async () => {
    const done: Outcome = { type: 'ack', events: [], faults: [], dropped: [] }
    for (const outcome of [done, answer({}), answer({ kept: [] }), answer({ kept: 'all' }), answer({}, 399)]) {
      assert.deepEqual(await answerTo(outcome), { Status: 'SUCCESS', ...common })
    }
  })

  test('keeps the id that the resource has', async () => {
    const mine = { PhysicalResourceId: 'mine' }
    assert.deepEqual(await answerTo(answer({}), mine), { Status: 'SUCCESS', ...common, ...mine })
  })

  test('names the topics that a Delete left', async () => {
    const kept = [{ topic: 'a' }, { topic: 'b' }]
    const Reason = 'not deleted, because other rules use them: a, b'
    assert.deepEqual(await answerTo(answer({ kept })), { Status: 'SUCCESS', Reason, ...common })
  })

  test('is a failure, with the reason, for everything else', async () => {
    const failures: [Outcome | undefined, string][] = [
      [undefined, 'the function gave no outcome'],
      [{ type: 'retry', error: new InternalError('the disk is full') }, 'internal_error: the disk is full'],
      [{ type: 'reject', error: new AuthenticationError('no token') }, 'unauthorized: no token'],
      [answer({ a: 1 }, 400), '{"a":1}'],
      [answer({ long: 'x'.repeat(5000) }, 500), `{"long":"${'x'.repeat(1491)}`],
    ]
    for (const [outcome, Reason] of failures) {
      assert.deepEqual(await answerTo(outcome), { Status: 'FAILED', Reason, ...common })
    }
  })

  test('answers the request that the delivery holds: properties only where the event has them', () => {
    const bodyOf = (more: object) =>
      JSON.parse(
        String(customResource.open({ ...request, ResponseURL: 'http://127.0.0.1', ...more }).deliveries[0]?.body),
      )
    const { RequestId: _, ...asked } = request
    assert.deepEqual(bodyOf({}), asked)
    const properties = { ResourceProperties: { a: 1 }, OldResourceProperties: { a: 2 } }
    assert.deepEqual(bodyOf(properties), { ...asked, ...properties })
  })

  test('that does not arrive keeps the reason of the network', async () => {
    const { seal } = customResource.open({ ...request, ResponseURL: 'http://127.0.0.1:1/' })
    await assert.rejects(
      async () => seal([answer({})]),
      (error: Error) => {
        assert.equal(error.message, 'the answer did not reach CloudFormation')
        return error.cause !== undefined
      },
    )
  })
})
