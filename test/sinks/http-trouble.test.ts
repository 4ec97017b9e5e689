import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, type TestContext, test } from 'node:test'
import { SinkUnavailableError } from '../../lib/process/errors.ts'
import { createHttpSink, type HttpSinkOptions } from '../../lib/sinks/http-sink.ts'
import { type Receiver, type ReceiverAnswer, startReceiver } from '../receiver.ts'
import { event } from './contract.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const sinkWith = (options: Partial<HttpSinkOptions> = {}, url = receiver.url) =>
  createHttpSink(new URL(url), { mode: 'batch', timeoutMs: 5000, retries: 0, ...options })
/** These answers in this order, then 204. */
const answerWith = (...answers: ReceiverAnswer[]) => {
  receiver.answer = (_request, index) => answers[index] ?? { status: 204 }
}
const origin = () => new URL(receiver.url).origin

for (const status of [408, 425, 429, 500, 502, 503, 504]) {
  test(`${status} passes: the same event is tried again`, async () => {
    answerWith({ status })
    await sinkWith({ retries: 1 }).deliver([event('1')])
    const [first, second] = receiver.requests
    assert.deepEqual([receiver.requests.length, second?.body], [2, first?.body])
  })
}

for (const status of [301, 307, 401, 403, 404]) {
  test(`${status} is for somebody to mend: unavailable at once`, async () => {
    answerWith({ status, headers: { location: `${origin()}/elsewhere` } })
    await assert.rejects(sinkWith({ retries: 3 }).deliver([event('1')]), {
      name: 'SinkUnavailableError',
      message: `sink ${origin()}: answered ${status}: check the sink's URL and credentials`,
    })
    assert.deepEqual(
      receiver.requests.map(({ url }) => url),
      ['/events'],
    )
  })
}

test('it is tried as often as it was told to, then given back', async () => {
  receiver.answer = () => ({ status: 503 })
  await assert.rejects(sinkWith({ retries: 2 }).deliver([event('1')]), SinkUnavailableError)
  assert.equal(receiver.requests.length, 3)
})

test('Retry-After is waited for', async () => {
  answerWith({ status: 429, headers: { 'retry-after': '1' } })
  const startedAt = performance.now()
  await sinkWith({ retries: 1 }).deliver([event('1')])
  // A timer may be a millisecond early.
  assert.ok(performance.now() - startedAt > 990)
})

const isOneDay = (given: number | undefined) => given === 86_400
const patience = [
  { name: 'seconds', value: () => '60', seconds: (given: number | undefined) => given === 60 },
  {
    name: 'a date',
    value: () => new Date(Date.now() + 60_000).toUTCString(),
    seconds: (given: number | undefined) => given !== undefined && given > 50 && given <= 60,
  },
  { name: 'more seconds than a day has', value: () => '9'.repeat(25), seconds: isOneDay },
  { name: 'a date that is years away', value: () => 'Fri, 31 Dec 9999 23:59:59 GMT', seconds: isOneDay },
]
for (const { name, value, seconds } of patience) {
  test(`a longer Retry-After, in ${name}, is left to the sender`, async () => {
    answerWith({ status: 503, headers: { 'retry-after': value() } })
    await assert.rejects(
      sinkWith({ retries: 3 }).deliver([event('1')]),
      (error) => error instanceof SinkUnavailableError && seconds(error.retryAfterSeconds),
    )
    assert.equal(receiver.requests.length, 1)
  })
}

test('a sink that does not answer in time is unavailable, and tried again', async () => {
  answerWith('hang', 'hang')
  await assert.rejects(sinkWith({ timeoutMs: 500, retries: 1 }).deliver([event('1')]), {
    name: 'SinkUnavailableError',
    message: `sink ${origin()}: no answer (TimeoutError)`,
  })
  assert.equal(receiver.requests.length, 2)
})

test('who calls may stop it, also while it waits for another attempt', async () => {
  const abort = new AbortController()
  receiver.answer = () => {
    abort.abort()
    return { status: 503 }
  }
  await assert.rejects(sinkWith({ retries: 20 }).deliver([event('1')], abort.signal))
  assert.equal(receiver.requests.length, 1)
})

test('where nobody listens, it is unavailable', async () => {
  const { url } = receiver
  await receiver.close()
  await assert.rejects(sinkWith({}, url).deliver([event('1')]), {
    name: 'SinkUnavailableError',
    message: `sink ${new URL(url).origin}: no answer (ECONNREFUSED)`,
  })
  receiver = await startReceiver()
})

const rude = [
  { name: 'hangs up', answer: '' },
  { name: 'hangs up within the head of its answer', answer: 'HTTP/1.1 200 OK\r\ncontent-le' },
  { name: 'does not speak HTTP', answer: 'SSH-2.0-OpenSSH_9.2\r\n' },
  {
    name: 'switches to another protocol',
    answer: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
  },
]
/** A stand-in for a peer with bad manners, which no real server has on demand: answers every request with these bytes. */
const rudePeer = async (t: TestContext, answer: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.on('data', () => answer(socket))
  })
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A string only for pipes.
}

for (const { name, answer } of rude) {
  test(`a peer that ${name} has taken nothing`, async (t) => {
    const url = await rudePeer(t, (socket) => socket.end(answer))
    await assert.rejects(sinkWith({}, url).deliver([event('1')]), SinkUnavailableError)
  })
}

test('a sink may say `100 Continue` before its answer, though nobody asked for it, and gets each request once', async (t) => {
  const answer = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'
  let requests = 0
  const url = await rudePeer(t, (socket) => {
    requests += 1
    socket.write(answer)
  })
  const sink = sinkWith({}, url)
  await Promise.all(Array.from({ length: 20 }, (_, id) => sink.deliver([event(String(id))])))
  await sink.deliver([event('last')])
  assert.equal(requests, 21)
})

test('a sink may say `100 Continue` only later, and gets each request once', async (t) => {
  const done = 'HTTP/1.1 204 No Content\r\n\r\n'
  let requests = 0
  const url = await rudePeer(t, (socket) => {
    requests += 1
    socket.write(requests < 3 ? done : `HTTP/1.1 100 Continue\r\n\r\n${done}`)
  })
  const sink = sinkWith({}, url)
  for (const id of ['1', '2', '3', '4']) await sink.deliver([event(id)])
  assert.equal(requests, 4)
})

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n'
const bodies: readonly { readonly name: string; readonly answer: (socket: Socket) => void }[] = [
  { name: 'breaks off', answer: (socket) => socket.end(`${HEAD}half`) },
  { name: 'is reset', answer: (socket) => socket.write(HEAD, () => socket.resetAndDestroy()) },
  { name: 'never comes', answer: (socket) => socket.write(HEAD) },
  {
    name: 'is not HTTP any more',
    answer: (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n'),
  },
]
for (const { name, answer } of bodies) {
  test(`a sink that answered 200 has taken the event, though the body of its answer ${name}`, async (t) => {
    const sink = sinkWith({ timeoutMs: 500 }, await rudePeer(t, answer))
    await sink.deliver([event('1')])
    await sink.deliver([event('2')])
  })
}

test('a sink that answered 422 refuses the event, though the problem document never comes to its end', async (t) => {
  const head =
    'HTTP/1.1 422 Unprocessable Content\r\ncontent-type: application/problem+json\r\ncontent-length: 100\r\n\r\n{'
  const url = await rudePeer(t, (socket) => socket.write(head))
  await assert.rejects(sinkWith({ timeoutMs: 500 }, url).deliver([event('1')]), {
    name: 'SinkRefusedError',
    message: `sink ${url}: refused the event (422)`,
  })
})

test('an answer without end is cut off, and its connection with it', async (t) => {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const url = await rudePeer(t, (socket) => {
    socket.once('close', () => resolve())
    const pour = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(16_384, 'x')));
    }
    socket.on('drain', pour).write(HEAD)
    pour()
  })
  await sinkWith({ timeoutMs: 60_000 }, url).deliver([event('1')])
  await closed
})

test('an event whose attributes no server takes as headers is refused, and never sent', async () => {
  const sink = sinkWith({ mode: 'binary', retries: 3 })
  await assert.rejects(sink.deliver([event('1', { subject: 'x'.repeat(100_000) })]), {
    name: 'SinkRefusedError',
    message: `sink ${origin()}: the attributes of the event take more than 65536 bytes as headers`,
  })
  await sink.deliver([event('2', { subject: 'x'.repeat(1000) })])
  assert.equal(receiver.requests.length, 1)
})

test('headers that a real server finds too large mean the event: its 431 refuses it', async () => {
  const sink = sinkWith({ mode: 'binary', retries: 3 })
  await assert.rejects(sink.deliver([event('1', { subject: 'x'.repeat(40_000) })]), {
    name: 'SinkRefusedError',
    message: `sink ${origin()}: refused the event (431)`,
  })
})

test('credentials in the URL become a Basic header, and appear in no error', async () => {
  const password = 'pä:ss%2'
  const url = receiver.url.replace('://', `://us%40er:${encodeURIComponent(password)}@`)
  answerWith({ status: 204 }, { status: 401 })
  const sink = sinkWith({}, `${url}?key=abc`)
  await sink.deliver([event('1')])
  assert.deepEqual(
    receiver.requests.map(({ url, headers }) => [url, headers.authorization]),
    [['/events?key=abc', `Basic ${Buffer.from(`us@er:${password}`).toString('base64')}`]],
  )
  await assert.rejects(sink.deliver([event('2')]), {
    message: `sink ${origin()}: answered 401: check the sink's URL and credentials`,
  })
})

test('credentials with a % that encodes nothing are taken as they are', async () => {
  const url = receiver.url.replace('://', '://user:100%@')
  await sinkWith({}, url).deliver([event('1')])
  assert.equal(receiver.requests[0]?.headers.authorization, `Basic ${btoa('user:100%')}`)
})
