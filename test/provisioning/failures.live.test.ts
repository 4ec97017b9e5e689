import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { after, test } from 'node:test'
import { ApplyError } from '../../lib/provisioning/apply.ts'
import { RgwRefusedError } from '../../lib/provisioning/gateway/refusal.ts'
import { createRgw, type Rgw } from '../../lib/provisioning/gateway/rgw-client.ts'
import { createProvisioner } from '../../lib/provisioning/provisioner.ts'
import { startReceiver } from '../receiver.ts'
import { putObject } from '../services/s3.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

const gateway = await openGateway()
const { connection, client } = gateway

const DESIRED = desire('topics: [{ name: failing, endpoint: "http://127.0.0.1:9/" }]')

const provisionerOf = (changes: Partial<typeof connection>) => {
  const rgw = createRgw({ ...connection, ...changes })
  after(() => rgw.close())
  return createProvisioner(rgw)
}

const unexpected = (): never => assert.fail('this should have failed')

const serve = async (server: Server): Promise<URL> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // A string only for pipes.
}

test('wrong credentials are told apart, with status, code and request id', async () => {
  const { accessKeyId } = connection.credentials
  const wrongSecret = provisionerOf({ credentials: { accessKeyId, secretAccessKey: 'wrong' } })
  const error = await wrongSecret.plan(DESIRED).then(unexpected, (thrown) => thrown)
  assert.ok(error instanceof RgwRefusedError)
  const { requestId, ...refusal } = error.refusal
  assert.deepEqual(refusal, { operation: 'ListTopics', httpStatus: 403, rgwCode: 'SignatureDoesNotMatch' })
  assert.match(requestId ?? '', /^tx/)
  assert.match(error.message, new RegExp(`the secret key does not belong to access key ${accessKeyId}: correct it$`))

  const wrongKey = provisionerOf({ credentials: { accessKeyId: 'nobody', secretAccessKey: 'wrong' } })
  await assert.rejects(wrongKey.plan(DESIRED), {
    code: 'rgw_refused',
    message: /the gateway has no user with access key nobody: correct the key$/,
  })
})

test("a bucket of somebody else's is forbidden, naming user and action", async () => {
  const other = await openGateway()
  await other.rgw.createBucket({ name: 'not-ours' })
  await assert.rejects(gateway.rgw.readRules('not-ours'), {
    code: 'rgw_refused',
    message: new RegExp(
      `the user of access key ${connection.credentials.accessKeyId} may not do this: use the keys of its owner$`,
    ),
  })
})

test('a gateway that is down, silent or something else is told so', async () => {
  const closed = createServer()
  const down = await serve(closed)
  closed.close()
  await assert.rejects(provisionerOf({ endpoint: down, attempts: 2 }).plan(DESIRED), {
    code: 'rgw_unavailable',
    message: `ListTopics: no answer from ${down.origin} (ECONNREFUSED): check that the gateway runs, and its URL`,
  })

  const silent = await serve(createServer(() => {}))
  await assert.rejects(provisionerOf({ endpoint: silent, requestTimeoutMs: 100 }).plan(DESIRED), {
    code: 'rgw_unavailable',
    message: /no answer from .* \(ETIMEDOUT\)/,
  })

  const stranger = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1')
  after(() => stranger.close())
  await once(stranger, 'listening')
  const strange = new URL(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}`)
  await assert.rejects(provisionerOf({ endpoint: strange, attempts: 1 }).plan(DESIRED), {
    code: 'rgw_unavailable',
    message: /\(HPE_\w+\): a program that does not speak HTTP listens there: correct the URL$/,
  })

  const other = await serve(createServer((_, response) => response.end('<html>welcome</html>')))
  await assert.rejects(provisionerOf({ endpoint: other }).plan(DESIRED), {
    code: 'rgw_refused',
    message: /is not an S3 gateway, it answered 200 with HTML/,
  })
})

test('a gateway that is overloaded for a moment is asked again', async () => {
  let answered = 0
  const busy = createServer(async (request, response) => {
    answered += 1
    if (answered === 1) {
      response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>')
      return
    }
    const { method = '', url = '', headers } = request
    const chunks = await request.toArray()
    const reply = await fetch(new URL(url, connection.endpoint), {
      method,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([name]) => /^(x-amz|authorization|content-type)/.test(name)) as [
          string,
          string,
        ][],
      ),
      body: Buffer.concat(chunks),
    })
    response.writeHead(reply.status).end(await reply.text())
  })
  const endpoint = await serve(busy)
  await assert.rejects(provisionerOf({ endpoint, attempts: 2 }).plan(DESIRED), { code: 'rgw_refused' })
  assert.equal(answered, 2)
})

test('an apply can be stopped, and says what was not done', async () => {
  const controller = new AbortController()
  const desired = desire(
    JSON.stringify({
      topics: ['a', 'b', 'c'].map((name) => ({ name: `stopped-${name}`, endpoint: 'http://127.0.0.1:9/' })),
    }),
  )
  const error = await gateway
    .apply(desired, {
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        if (stage === 'write' && done === 1) controller.abort()
      },
    })
    .then(unexpected, (thrown: unknown) => thrown)
  assert.ok(error instanceof ApplyError)
  assert.deepEqual(
    [error.done.map(({ name }) => name), error.notDone.map(({ name }) => name)],
    [['stopped-a'], ['stopped-b', 'stopped-c']],
  )
  const { changes, drift } = await gateway.apply(desired)
  assert.deepEqual([changes.map(({ name }) => name), drift], [['stopped-b', 'stopped-c'], []])
})

/** Fails every write from the nth on, before it is sent. */
const failing = (rgw: Rgw, from: number): Rgw => {
  let writes = 0
  const guard =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      writes += 1
      return writes < from ? write(...args) : Promise.reject(new Error('the power went out'))
    }
  return {
    ...rgw,
    createTopic: guard(rgw.createTopic),
    deleteTopic: guard(rgw.deleteTopic),
    createBucket: guard(rgw.createBucket),
    putRules: guard(rgw.putRules),
    deleteRule: guard(rgw.deleteRule),
  }
}

test('wherever an apply is interrupted, applying again does the rest and nothing is left over', async () => {
  const [old, now] = [await startReceiver(), await startReceiver()]
  after(() => Promise.all([old.close(), now.close()]))
  const document = (url: string, topic: string) =>
    desire(`
      topics: [{ name: cut, endpoint: "${url}" }, { name: cut-other, endpoint: "${url}" }]
      buckets: [{ name: cut, create: true, rules: [{ id: stays, topic: cut }, { id: moves, topic: ${topic} }] }]
    `)
  // Two topics written twice or once, one rule bound again, one moved in four requests.
  for (let write = 1, isDone = false; !isDone; write += 1) {
    await gateway.apply(document(old.url, 'cut'))
    const desired = document(now.url, 'cut-other')
    const interrupted = createProvisioner(failing(gateway.rgw, write))
    isDone = await interrupted.apply(desired).then(
      () => true,
      (error: unknown) => {
        assert.ok(error instanceof ApplyError)
        return false
      },
    )
    if (!isDone) assert.equal((await gateway.verify(desired)).inSync, false, `write ${write}`)
    assert.deepEqual((await gateway.apply(desired)).drift, [], `write ${write}`)
    assert.equal((await gateway.verify(desired)).inSync, true, `write ${write}`)
    const rules = await gateway.rgw.readRules('cut')
    assert.deepEqual(
      rules?.map(({ id, topic }) => `${id} ${topic}`).sort(),
      ['moves cut-other', 'stays cut'],
      `write ${write}`,
    )
    const before = now.requests.length
    await putObject(client, 'cut', `key-${write}`, 'x')
    assert.equal(now.requests.length, before + 2, `write ${write}`)
  }
  assert.equal(old.requests.length, 0)
})
