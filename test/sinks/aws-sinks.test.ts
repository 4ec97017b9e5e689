import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { event, fatesOf } from './contract.ts'

type Entry = { readonly Id: string; readonly MessageBody: string }
type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown }

/** A stand-in for SQS, for what neither it nor an emulator does on demand: a part of a request fails. */
const standInForPartialFailures = async (
  t: TestContext,
  answer: (entries: readonly Entry[]) => Answer | Promise<Answer>,
  timeoutMs = 5000,
) => {
  process.env.AWS_ACCESS_KEY_ID = 'test'
  process.env.AWS_SECRET_ACCESS_KEY = 'test'
  const requests: string[][] = []
  const server = createServer(async (incoming, outgoing) => {
    const { Entries } = (await json(incoming)) as { readonly Entries: readonly Entry[] } // As the client sends it.
    requests.push(Entries.map(({ MessageBody }) => JSON.parse(MessageBody).id))
    const { status = 200, headers = {}, body } = await answer(Entries)
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers })
    outgoing.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A string only for pipes.
  const url = new URL(`arn:aws:sqs:eu-west-1:123456789012:events?endpoint=${encodeURIComponent(endpoint)}`)
  const sink = openSink(url, 1, { mode: 'batch', timeoutMs, retries: 2 })
  t.after(async () => {
    await sink.close?.()
    server.closeAllConnections()
    server.close()
  })
  return { sink, requests }
}

const taken = ({ Id, MessageBody }: Entry) => ({ Id, MessageId: Id, MD5OfMessageBody: hash('md5', MessageBody) })

const idIn = ({ MessageBody }: Entry): string => JSON.parse(MessageBody).id

test('of a request that failed in part, what passes is sent again, what is at fault is refused, the rest is taken', async (t) => {
  let tries = 0
  const { sink, requests } = await standInForPartialFailures(t, (entries) => {
    tries += 1
    const failed = entries.flatMap((entry) => {
      const id = idIn(entry)
      if (id === 'bad') return [{ Id: entry.Id, Code: 'InvalidMessageContents', SenderFault: true }]
      return id === 'slow' && tries === 1 ? [{ Id: entry.Id, Code: 'InternalError', SenderFault: false }] : []
    })
    const good = entries.filter(({ Id }) => !failed.some((one) => one.Id === Id))
    return { body: { Successful: good.map(taken), Failed: failed } }
  })
  const fates = fatesOf()
  const events = ['1', 'bad', 'slow', '4'].map((id) => event(id))
  await assert.rejects(sink.deliver(events, undefined, fates.settle), {
    code: 'sink_refused',
    message:
      /^sink arn:aws:sqs:eu-west-1:123456789012:events: did not take the event of \d+ bytes \(InvalidMessageContents\)$/,
  })
  assert.deepEqual(requests, [['1', 'bad', 'slow', '4'], ['slow']])
  assert.deepEqual(fates.taken(), ['1', '4', 'slow'])
})

test('a queue with a lower limit of size refuses the event that is too large, with its size, and takes the others', async (t) => {
  const { sink, requests } = await standInForPartialFailures(t, (entries) => {
    if (entries.every(({ MessageBody }) => MessageBody.length < 1000))
      return { body: { Successful: entries.map(taken) } }
    const problem = { __type: 'com.amazonaws.sqs#BatchRequestTooLong', message: 'Batch requests cannot be longer' }
    return { status: 400, body: problem }
  })
  const fates = fatesOf()
  const events = [event('1'), event('large', { data: 'x'.repeat(1000) }), event('3')]
  await assert.rejects(sink.deliver(events, undefined, fates.settle), {
    code: 'sink_refused',
    message:
      /^sink arn:aws:sqs:eu-west-1:123456789012:events: the event takes 1\d{3} bytes, more than the service accepts$/,
  })
  assert.deepEqual(requests, [['1', 'large', '3'], ['1'], ['large'], ['3']])
  assert.deepEqual(fates.taken(), ['1', '3'])
})

test('a request has ten events at most', async (t) => {
  const { sink, requests } = await standInForPartialFailures(t, (entries) => ({
    body: { Successful: entries.map(taken) },
  }))
  await sink.deliver(Array.from({ length: 25 }, (_, index) => event(String(index))))
  assert.deepEqual(
    requests.map(({ length }) => length),
    [10, 10, 5],
  )
})

test('many requests may take longer than the timeout of one: none of their events is sent twice', async (t) => {
  const answer = async (entries: readonly Entry[]) => {
    await delay(50)
    return { body: { Successful: entries.map(taken), Failed: [] } }
  }
  const { sink, requests } = await standInForPartialFailures(t, answer, 500)
  const events = Array.from({ length: 200 }, (_, index) => event(String(index)))
  await sink.deliver(events)
  assert.deepEqual(
    requests.flat(),
    events.map(({ id }) => id),
  )
})

test('after a request that failed as a whole, no other one waits for the same', async (t) => {
  const { sink, requests } = await standInForPartialFailures(t, () => ({ status: 500, body: {} }))
  const events = Array.from({ length: 200 }, (_, index) => event(String(index)))
  const fates = fatesOf()
  await assert.rejects(sink.deliver(events, undefined, fates.settle), { code: 'sink_unavailable' })
  assert.equal(requests.length, 3)
  assert.deepEqual(fates.taken(), [])
})

test('a longer Retry-After is left to the sender', async (t) => {
  const { sink, requests } = await standInForPartialFailures(t, () => ({
    status: 503,
    headers: { 'retry-after': '60' },
    body: { __type: 'ServiceUnavailable' },
  }))
  await assert.rejects(sink.deliver([event('1')]), { code: 'sink_unavailable', retryAfterSeconds: 60 })
  assert.equal(requests.length, 1)
})

test('an ARN that names nothing of the three services is refused', () => {
  for (const arn of ['arn:aws:s3:::bucket', 'arn:aws:sqs:eu-west-1:123456789012:'])
    assert.throws(() => openSink(new URL(arn), 1, { mode: 'batch', timeoutMs: 5000, retries: 0 }), {
      code: 'config_invalid',
      message: `sink arn: must be the ARN of a topic of sns, a queue of sqs or a bus of events, got '${arn}'`,
    })
})
