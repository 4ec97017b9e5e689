import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sqsEvent } from '../../envelopes/queue-samples.ts'
import { functionUrlEvent } from '../../envelopes/samples.ts'
import { cephCapture } from '../../fixtures.ts'
import { startReceiver } from '../../receiver.ts'
import { startLambda } from './rie.ts'

const { body } = cephCapture('20.2.4/ObjectCreated_Put.plain.1')
const headers = { authorization: 'Bearer a-token' }

const start = async (t: TestContext, environment: Record<string, string>, timeoutSeconds = 60) => {
  const lambda = await startLambda({
    bundle: 'ceph-notifications',
    environment: { AUTH_TOKENS: 'a-token', ...environment },
    timeoutSeconds,
  })
  t.after(() => lambda[Symbol.asyncDispose]())
  return lambda
}

test('a sink that does not answer: the sender is told to come again before Lambda ends the function', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  receiver.answer = () => 'hang'
  const lambda = await start(t, { SINK_URL: receiver.url, SINK_TIMEOUT_MS: '60000' }, 2)
  const replies = [
    await lambda.invoke(functionUrlEvent({ headers, body })),
    await lambda.invoke(sqsEvent([body, body])),
  ].map((invocation) => ('returned' in invocation ? invocation.returned : invocation))
  const [{ statusCode } = { statusCode: 0 }, batch] = replies as [{ statusCode: number }, object] // A Function URL's result, and a queue's.
  assert.equal(statusCode, 503)
  assert.deepEqual(batch, { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] })
})

test('a dead letter is a line of the log by itself, as the alarm of serverless.yml counts them', async (t) => {
  const lambda = await start(t, {})
  await lambda.invoke(functionUrlEvent({ headers, body: '{"Records":[' }))
  const lines = lambda.output.text.split('\n').filter((line) => line.includes('tidings.dead-letter'))
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).type),
    ['tidings.dead-letter'],
  )
})

test('what came again to one execution environment is not handed on again', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  const lambda = await start(t, { SINK_URL: receiver.url })
  const event = functionUrlEvent({ headers, body })
  await lambda.invoke(event)
  await lambda.invoke(event)
  assert.equal(receiver.events().length, 1)
})

test('no secret is in the log or in an error', async (t) => {
  const lambda = await start(t, { AUTH_TOKENS: 'a-very-secret-token', LOG_LEVEL: 'debug' })
  await lambda.invoke(functionUrlEvent({ query: 'token=a-very-secret-token', headers: {}, body }))
  await lambda.invoke(
    functionUrlEvent({ query: 'token=another', headers: {}, body: '{"hello":"a-very-secret-token"}' }),
  )
  assert.doesNotMatch(lambda.output.text, /a-very-secret-token/)
})
