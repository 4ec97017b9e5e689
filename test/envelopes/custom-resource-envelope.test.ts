// A stand-in for the presigned URL of CloudFormation, which is not at hand.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { readConfig } from '../../lib/kit/config.ts'
import { cephProvisioner } from '../../lib/kit/provisioner-function.ts'
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

test('what lacks a text that CloudFormation always sends is no request of a stack, and nothing is sent to its URL', async () => {
  const { answers, url } = await startStack(200)
  await assert.rejects(handler({ RequestType: 'Create', ResponseURL: url, StackId: {}, RequestId: 'a' }, {}), {
    code: 'desired_invalid',
  })
  assert.deepEqual(answers, [])
})
