import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { LambdaClientConfig } from '@aws-sdk/client-lambda'
import { batchEvent } from '../../../lib/relay/invoke/batch-event.ts'
import { createLambdaInvoke } from '../../../lib/relay/invoke/invoke-lambda.ts'
import type { RelayMessage, Verdict } from '../../../lib/relay/relay-message.ts'
import { messageOf, messages } from '../messages.ts'

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
type Asked = { readonly method: string; readonly path: string; readonly body: Buffer }

const never = new AbortController().signal
const ACK: Verdict = { type: 'ack' }

/** Lambda's API as far as the SDK's own HTTP handler is concerned. What a real emulator answers is tested elsewhere. */
const standInForLambda = (answer: (asked: Asked, index: number) => Answer | Error) => {
  const asked: Asked[] = []
  const requestHandler: NonNullable<LambdaClientConfig['requestHandler']> = {
    handle: async ({ method, path, body }: { method: string; path: string; body: Uint8Array | string }) => {
      const request = { method, path, body: Buffer.from(body) }
      const given = answer(request, asked.push(request) - 1)
      if (given instanceof Error) throw given
      const { status = 200, headers = {}, body: reply = null } = given
      return { response: { statusCode: status, headers, body: Buffer.from(JSON.stringify(reply)) } }
    },
  }
  const invoke = createLambdaInvoke(
    { functionName: 'notify:prod', timeoutMs: 1000 },
    { requestHandler, region: 'eu-central-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } },
  )
  return { invoke, asked }
}

const retryAll = (batch: readonly RelayMessage[], reason: string) => batch.map(() => ({ type: 'retry', reason }))

test('a batch is one call, with the event of the RabbitMQ trigger', async () => {
  const { invoke, asked } = standInForLambda(() => ({ body: { batchItemFailures: [] } }))
  const batch = messages(3)
  assert.deepEqual(await invoke(batch, never), [ACK, ACK, ACK])
  assert.deepEqual(
    asked.map(({ method, path, body }) => ({ method, path, event: JSON.parse(body.toString()) })),
    [{ method: 'POST', path: '/2015-03-31/functions/notify%3Aprod/invocations', event: batchEvent(batch) }],
  )
})

test('messages that the answer names are tried again, the others are done', async () => {
  const { invoke } = standInForLambda(() => ({ body: { batchItemFailures: [{ itemIdentifier: '2' }] } }))
  assert.deepEqual(
    (await invoke(messages(3), never)).map(({ type }) => type),
    ['ack', 'retry', 'ack'],
  )
})

test('a function that answers nothing in particular has handled all; one that failed, none', async () => {
  assert.deepEqual(await standInForLambda(() => ({ body: null })).invoke(messages(2), never), [ACK, ACK])
  const failing = standInForLambda(() => ({
    headers: { 'x-amz-function-error': 'Unhandled' },
    body: { errorType: 'SinkUnavailableError', errorMessage: 'a secret' },
  }))
  const batch = messages(2)
  assert.deepEqual(await failing.invoke(batch, never), retryAll(batch, 'the function failed: SinkUnavailableError'))
})

test('what Lambda itself refuses, or does not answer, holds the batch', async () => {
  for (const [status, type] of [
    [404, 'ResourceNotFoundException'],
    [403, 'AccessDeniedException'],
    [429, 'TooManyRequestsException'],
    [500, 'ServiceException'],
  ] as const) {
    const { invoke, asked } = standInForLambda(() => ({ status, headers: { 'x-amzn-errortype': type }, body: {} }))
    await assert.rejects(invoke(messages(2), never), { name: type })
    assert.equal(asked.length, 1)
  }
  const { invoke } = standInForLambda(() => new Error('connect ECONNREFUSED'))
  await assert.rejects(invoke(messages(2), never), { message: 'connect ECONNREFUSED' })
})

const MEGABYTE = Buffer.alloc(1_000_000, 'a')

test('a batch is split into calls that Lambda takes, in order', async () => {
  const { invoke, asked } = standInForLambda(() => ({ body: { batchItemFailures: [] } }))
  const batch = Array.from({ length: 9 }, (_, index) => messageOf(index + 1, { body: MEGABYTE }))
  assert.deepEqual(await invoke(batch, never), Array(9).fill(ACK))
  const tags = asked.map(({ body }) =>
    JSON.parse(body.toString()).rmqMessagesByQueue['tidings::/'].map(
      ({ deliveryTag }: { deliveryTag: number }) => deliveryTag,
    ),
  )
  assert.deepEqual(tags, [[1, 2, 3, 4], [5, 6, 7, 8], [9]])
  for (const { body } of asked) assert.ok(body.length <= 6_291_456)
})

test('a message that no call can hold is a dead letter at once, and the others are not held up', async () => {
  const { invoke, asked } = standInForLambda(() => ({ body: null }))
  const large = messageOf(2, { body: Buffer.alloc(5_000_000) })
  const tooLarge = { type: 'reject', reason: 'the message is larger than what Lambda takes' }
  assert.deepEqual(await invoke([messageOf(1), large, messageOf(3)], never), [ACK, tooLarge, ACK])
  assert.equal(asked.length, 2)

  const strict = standInForLambda(() => ({
    status: 413,
    headers: { 'x-amzn-errortype': 'RequestTooLargeException' },
    body: {},
  }))
  assert.deepEqual(await strict.invoke(messages(1), never), [tooLarge])
})

test('when Lambda goes away between two calls, what was judged holds, and the rest is tried again', async () => {
  const { invoke } = standInForLambda((_, index) => (index === 0 ? { body: null } : new Error('away')))
  const batch = Array.from({ length: 5 }, (_, index) => messageOf(index + 1, { body: MEGABYTE }))
  assert.deepEqual(await invoke(batch, never), [
    ...Array(4).fill(ACK),
    { type: 'retry', reason: 'not tried, as a message before it was not handled' },
  ])
})

test('Lambda that does not answer in time is not waited for', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo // A string only for pipes.
  const invoke = createLambdaInvoke(
    { functionName: 'notify', timeoutMs: 100 },
    {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    },
  )
  try {
    await assert.rejects(invoke(messages(2), never), { message: 'the function gave no answer in time (100 ms)' })
    assert.deepEqual(await invoke(messages(1), never), retryAll(messages(1), 'no answer in time (100 ms)'))
  } finally {
    silent.closeAllConnections()
    silent.close()
  }
})
