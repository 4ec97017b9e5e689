import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { createHttpInvoke } from '../../../lib/relay/invoke/invoke-http.ts'
import type { Verdict } from '../../../lib/relay/relay-message.ts'
import { type ReceiverAnswer, startReceiver } from '../../receiver.ts'
import { freePorts } from '../../services/ports.ts'
import { messageOf, messages } from '../messages.ts'

const receiver = await startReceiver()
after(() => receiver.close())

const never = new AbortController().signal
const ACK: Verdict = { type: 'ack' }
const retry = (reason: string): Verdict => ({ type: 'retry', reason })

/** Asks a function that answers as said; `asked` are the requests it got. */
const openFunction = (answers: readonly (number | ReceiverAnswer)[], timeoutMs = 5000) => {
  const before = receiver.requests.length
  receiver.answer = (_, index) => {
    const answer = answers[(index - before) % answers.length] ?? 204
    return typeof answer === 'number' ? { status: answer } : answer
  }
  const invoke = createHttpInvoke({ url: new URL(receiver.url), token: undefined, timeoutMs })
  return { invoke, asked: () => receiver.requests.slice(before) }
}

test('a message is a CloudEvent in structured mode; what AMQP says of it stands in headers too', async () => {
  const { invoke, asked } = openFunction([204])
  const body = '{"oslo.version":"2.0", "big": 12345678901234567890, "é": 1}'
  const message = messageOf(1, { body: Buffer.from(body), queue: 'a b/ü', redelivered: true })
  assert.deepEqual(await invoke([message], never), [ACK])
  const [request] = asked()
  const id = createHash('sha256').update(`nova\0notifications.info\0${body}`).digest('base64url')
  assert.equal(
    request?.body,
    `{"specversion":"1.0","id":"${id}","source":"/amqp/%2F/a%20b%2F%C3%BC","type":"dev.tidings.amqp.message",` +
      '"datacontenttype":"application/json","amqpexchange":"nova","amqproutingkey":"notifications.info",' +
      `"amqpqueue":"a b/ü","amqpredelivered":true,"data":${body}}`,
  )
  const { host: _, connection: __, 'content-length': ___, ...headers } = request?.headers ?? {}
  assert.deepEqual(headers, {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'tidings-relay',
    'x-amqp-exchange': 'nova',
    'x-amqp-routing-key': 'notifications.info',
    'x-amqp-queue': 'a%20b/%C3%BC',
    'x-amqp-redelivered': 'true',
  })
})

test('a body that is not JSON goes as base64, and the message id of AMQP is the id', async () => {
  const { invoke, asked } = openFunction([204])
  const properties = { contentType: 'application/json', messageId: 'm-1' }
  await invoke(
    [
      messageOf(1, { body: Buffer.from([0xff, 0x7b]), properties, exchange: '' }),
      messageOf(2, { body: Buffer.from('{"half'), properties: {} }),
      messageOf(3, { body: Buffer.from('plain'), properties: { contentType: 'text/plain' } }),
    ],
    never,
  )
  const events = asked().map((request) => JSON.parse(request.body))
  assert.deepEqual(events[0], {
    specversion: '1.0',
    id: 'm-1',
    source: '/amqp/%2F/tidings',
    type: 'dev.tidings.amqp.message',
    datacontenttype: 'application/json',
    amqproutingkey: 'notifications.info',
    amqpqueue: 'tidings',
    amqpredelivered: false,
    data_base64: '/3s=',
  })
  assert.deepEqual(
    events.map(({ datacontenttype, data_base64 }) => [datacontenttype, data_base64]),
    [
      ['application/json', '/3s='],
      ['application/json', 'eyJoYWxm'],
      ['text/plain', 'cGxhaW4='],
    ],
  )
})

test('messages go one after the other, over one connection', async () => {
  const { invoke, asked } = openFunction([200])
  assert.deepEqual(await invoke(messages(5), never), Array(5).fill(ACK))
  assert.deepEqual(
    asked().map(({ body }) => JSON.parse(body).data.number),
    [1, 2, 3, 4, 5],
  )
  // The first answer decides which client takes the following ones.
  assert.equal(
    new Set(
      asked()
        .map(({ socket }) => socket)
        .slice(1),
    ).size,
    1,
  )
})

test('credentials: a bearer token, or those of the URL', async () => {
  const { asked } = openFunction([204])
  const url = new URL(receiver.url)
  await createHttpInvoke({ url, token: 't0ken', timeoutMs: 5000 })(messages(1), never)
  url.username = 'u'
  url.password = 'p'
  await createHttpInvoke({ url, token: undefined, timeoutMs: 5000 })(messages(1), never)
  assert.deepEqual(
    asked().map(({ headers }) => headers.authorization),
    ['Bearer t0ken', 'Basic dTpw'],
  )
})

test('what each status means for a message, when others were handled', async () => {
  const verdicts: Record<number, Verdict> = {
    200: ACK,
    202: ACK,
    204: ACK,
    400: { type: 'reject', reason: 'the function answered 400' },
    409: { type: 'reject', reason: 'the function answered 409' },
    413: { type: 'reject', reason: 'the function answered 413' },
    415: { type: 'reject', reason: 'the function answered 415' },
    422: { type: 'reject', reason: 'the function answered 422' },
    408: retry('the function answered 408'),
    425: retry('the function answered 425'),
    429: retry('the function answered 429'),
    503: retry('the function answered 503'),
    500: retry('the function answered 500'),
    501: retry('the function answered 501'),
    502: retry('the function answered 502'),
    504: retry('the function answered 504'),
    302: retry('the function answered 302'),
    401: retry('the function answered 401'),
    404: retry('the function answered 404'),
  }
  for (const [status, verdict] of Object.entries(verdicts)) {
    const { invoke } = openFunction([204, Number(status)])
    assert.deepEqual(await invoke(messages(2), never), [ACK, verdict], status)
  }
})

test('a problem document of a refusal is the reason; of what it says otherwise, the status is', async () => {
  const headers = { 'content-type': 'application/problem+json' }
  const reasonOf = async (body: string) => {
    const { invoke } = openFunction([{ status: 422, headers, body }])
    const [verdict] = await invoke(messages(1), never)
    return verdict?.type === 'reject' && verdict.reason
  }
  assert.equal(await reasonOf(JSON.stringify({ code: 'set_aside', detail: 'not for me' })), 'set_aside: not for me')
  for (const body of ['', 'null', '{"code":1}', 'x'.repeat(100_000)])
    assert.equal(await reasonOf(body), 'the function answered 422')
})

test('Retry-After is kept to', async () => {
  const { invoke } = openFunction([{ status: 429, headers: { 'retry-after': '7' } }])
  assert.deepEqual(await invoke(messages(1), never), [
    { type: 'retry', reason: 'the function answered 429', delayMs: 7000 },
  ])
})

test('a function that is misplaced, or lets nobody in, is asked once, and holds the batch', async () => {
  for (const status of [301, 401, 403, 404, 405]) {
    const { invoke, asked } = openFunction([status])
    await assert.rejects(invoke(messages(9), never), { message: `the function answered ${status}` })
    assert.equal(asked().length, 1)
  }
})

test("a message without the topic's secret is a dead letter, and does not hold those behind it", async () => {
  const refusal = {
    status: 401,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ code: 'unauthorized', detail: 'opaqueData is unknown: expected one of OPAQUE_SECRETS' }),
  }
  const { invoke } = openFunction([refusal, 204])
  assert.deepEqual(await invoke(messages(2), never), [
    { type: 'reject', reason: 'unauthorized: opaqueData is unknown: expected one of OPAQUE_SECRETS' },
    ACK,
  ])
})

test('a function that is away holds the batch, and is not asked for every message of it', async () => {
  const { invoke, asked } = openFunction([502])
  await assert.rejects(invoke(messages(9), never), { message: 'the function answered 502' })
  assert.equal(asked().length, 3)

  const [port] = await freePorts(1)
  const nobody = createHttpInvoke({
    url: new URL(`http://u:s3cret@127.0.0.1:${port}`),
    token: undefined,
    timeoutMs: 500,
  })
  await assert.rejects(nobody(messages(1), never), { message: 'the function could not be asked: ECONNREFUSED' })
})

test('a function that goes away in the middle of a batch: what it judged holds, the rest comes again', async () => {
  const { invoke, asked } = openFunction([204, 502, 502, 502])
  assert.deepEqual(await invoke(messages(6), never), [
    ACK,
    ...Array(3).fill(retry('the function answered 502')),
    ...Array(2).fill(retry('not tried: the function stopped answering')),
  ])
  assert.equal(asked().length, 4)
})

test('a function that hangs holds the batch; a message alone over which it hangs is counted', async () => {
  const { invoke, asked } = openFunction(['hang'], 300)
  await assert.rejects(invoke(messages(9), never), { message: 'no answer in time' })
  assert.equal(asked().length, 3)
  assert.deepEqual(await invoke(messages(1), never), [retry('no answer in time')])
})

test('a function that fails is asked for every message: it may be over some of them', async () => {
  const { invoke, asked } = openFunction([500])
  assert.deepEqual(await invoke(messages(4), never), Array(4).fill(retry('the function answered 500')))
  assert.equal(asked().length, 4)
})

test('a stop ends what is under way, and judges nothing', async () => {
  const { invoke, asked } = openFunction(['hang'])
  const stop = new AbortController()
  const answer = receiver.answer
  receiver.answer = (request, index) => {
    stop.abort(new Error('stopping'))
    return answer(request, index)
  }
  await assert.rejects(invoke(messages(3), stop.signal), { message: 'stopping' })
  assert.equal(asked().length, 1)
})
