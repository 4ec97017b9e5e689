// A real gateway notifies the function, run by the host as `npm start` runs it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer, json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { type HostProcess, startHost } from '../host-process.ts'
import { ceph, isAtLeast } from '../services/live.ts'
import { freePorts } from '../services/ports.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import * as s3 from '../services/s3.ts'

const client = createRgwClient(ceph())
/** Up to 17 a record names no region. */
const REGION = isAtLeast(18) ? 'default' : ''
const TOKEN = 'live-token'
const PART = 5 * 2 ** 20

const hook = (url: string, token = TOKEN): string => `${url}/ceph-notifications?token=${token}`

/** A bucket whose every event notifies an endpoint. Say the topic again and it is changed. */
const notify = async (bucket: string, topic: string, endpoint: string, attributes: Record<string, string> = {}) => {
  await s3.createBucket(client, bucket)
  const topicArn = await s3.createTopic(client, topic, { 'push-endpoint': endpoint, ...attributes })
  await s3.putNotification(client, bucket, [{ id: `rule-of-${bucket}`, topicArn }])
  topicArns.add(topicArn)
}
const topicArns = new Set<string>()
// With its queue: nothing is left to repeat for the tests that share this gateway.
after(async () => {
  for (const topicArn of topicArns) await s3.deleteTopic(client, topicArn)
})

const persistently = { persistent: 'true' }

test('storing, copying, uploading in parts, tagging at upload and deleting give one event each', async () => {
  await using host = await startHost({ AUTH_TOKENS: TOKEN })
  await notify('live-each', 'live-each', hook(host.url), { OpaqueData: 'from the topic' })
  await s3.putObject(client, 'live-each', '日本/a b+c%20.txt', 'hello', {
    'x-amz-meta-color': 'blau-grün',
    'x-amz-tagging': 'stage=dev&team=blue',
  })
  await s3.copyObject(client, 'live-each', '日本/a b+c%20.txt', 'copy')
  await s3.multipartUpload(client, 'live-each', 'parts', [Buffer.alloc(PART), Buffer.from('end')])
  await s3.deleteObject(client, 'live-each', 'copy')
  const events = await host.untilEvents(4)

  const told = events.map(({ type, source, subject, data }) => [type, source, subject, data.s3.object.size])
  assert.deepEqual(told, [
    ['com.amazonaws.s3.ObjectCreated:Put', `ceph:s3.${REGION}.live-each`, '日本/a b+c%20.txt', 5],
    ['com.amazonaws.s3.ObjectCreated:Copy', `ceph:s3.${REGION}.live-each`, 'copy', 5],
    ['com.amazonaws.s3.ObjectCreated:CompleteMultipartUpload', `ceph:s3.${REGION}.live-each`, 'parts', PART + 3],
    ['com.amazonaws.s3.ObjectRemoved:Delete', `ceph:s3.${REGION}.live-each`, 'copy', 5],
  ])
  const [put] = events
  assert.deepEqual(put.data.s3.object.metadata, [{ key: 'x-amz-meta-color', val: 'blau-grün' }])
  assert.deepEqual(put.data.s3.object.tags, [
    { key: 'stage', val: 'dev' },
    { key: 'team', val: 'blue' },
  ])
  assert.equal(put.data.opaqueData, 'from the topic')
  const sequences = events.map(({ sequence }) => sequence)
  assert.deepEqual(sequences, sequences.toSorted())
  assert.equal(new Set(events.map(({ id }) => id)).size, 4)
  assert.ok(!JSON.stringify([host.log, events]).includes(TOKEN))
  assert.equal(await host.stop(), 0)
  assert.equal(host.events.length, 4)
})

test('in a versioned bucket each version and each delete marker is an event, at an HTTP sink', async () => {
  await using sink = await startSink()
  await using host = await startHost({ AUTH_TOKENS: TOKEN, SINK_URL: sink.url })
  await s3.createBucket(client, 'live-versions')
  await s3.enableVersioning(client, 'live-versions')
  await notify('live-versions', 'live-versions', hook(host.url))
  await s3.putObject(client, 'live-versions', 'k', 'one')
  await s3.putObject(client, 'live-versions', 'k', 'two!')
  await s3.deleteObject(client, 'live-versions', 'k')

  // Not a persistent topic: what the gateway has answered, the sink has.
  assert.deepEqual(
    sink.received.map(({ type, subject, data }) => [type, subject, data.s3.object.size]),
    [
      ['com.amazonaws.s3.ObjectCreated:Put', 'k', 3],
      ['com.amazonaws.s3.ObjectCreated:Put', 'k', 4],
      ['com.amazonaws.s3.ObjectRemoved:DeleteMarkerCreated', 'k', 4],
    ],
  )
  const [first, second, marker] = sink.received.map(({ data }) => data.s3.object.versionId)
  assert.ok(first && second && first !== second)
  // 16.2.15 does not tell the version of the marker itself.
  assert.equal(marker !== '', isAtLeast(18))
})

test('200 objects put at once are 200 events', async () => {
  await using host = await startHost({ AUTH_TOKENS: TOKEN })
  await notify('live-many', 'live-many', hook(host.url))
  const keys = Array.from({ length: 200 }, (_, index) => `object-${index}`)
  await Promise.all(keys.map((key) => s3.putObject(client, 'live-many', key, key)))
  await host.untilEvents(200)
  assert.deepEqual(host.events.map(({ subject }) => subject).toSorted(), keys.toSorted())
})

test('an opaque secret of the topic opens the door, another one does not', async () => {
  await using host = await startHost({ OPAQUE_SECRETS: 'opaque-secret' })
  await notify('live-opaque', 'live-opaque', `${host.url}/ceph-notifications`, { OpaqueData: 'guess' })
  await s3.putObject(client, 'live-opaque', 'refused', 'x')
  await notify('live-opaque', 'live-opaque', `${host.url}/ceph-notifications`, { OpaqueData: 'opaque-secret' })
  await s3.putObject(client, 'live-opaque', 'taken', 'x')
  const events = await host.untilEvents(1)
  assert.deepEqual(
    events.map(({ subject, data }) => [subject, data.opaqueData]),
    [['taken', '[redacted]']],
  )
  assert.ok(!JSON.stringify([host.log, events]).includes('opaque-secret'))
})

test('what happens while the function is down is delivered once it is back', async () => {
  await using balancer = await startLoadBalancer()
  await using before = await startHost({ AUTH_TOKENS: TOKEN })
  balancer.forwardTo(before.url)
  await notify('live-down', 'persistent-1', hook(balancer.url), persistently)
  await s3.putObject(client, 'live-down', 'before', 'x')
  await before.untilEvents(1)
  await before.stop()
  for (const key of ['one', 'two', 'three']) await s3.putObject(client, 'live-down', key, 'x')
  await balancer.untilTurnedAway()
  await using after = await startHost({ AUTH_TOKENS: TOKEN })
  balancer.forwardTo(after.url)
  await after.untilEvents(3)
  assert.deepEqual(subjects(after).toSorted(), ['one', 'three', 'two'])
})

test('while the sink is away the answer is 503, and the event comes once it is back', async () => {
  const sink = await startSink()
  await sink[Symbol.asyncDispose]()
  await using host = await startHost({ AUTH_TOKENS: TOKEN, SINK_URL: sink.url, SINK_RETRIES: '0' })
  await notify('live-sink', 'persistent-2', hook(host.url), persistently)
  await s3.putObject(client, 'live-sink', 'k', 'x')
  await host.untilLogged(({ outcome, error }) => outcome === 'retry' && error.code === 'sink_unavailable')
  await using back = await startSink(sink.port)
  await back.until(1)
  assert.deepEqual(
    back.received.map(({ subject }) => subject),
    ['k'],
  )
})

test('a wrong token is refused, and the notification comes once the function knows it', async () => {
  // Not the other way round: 16.2.15 queues an event together with the endpoint, so a topic mended later comes too late.
  await using balancer = await startLoadBalancer()
  await using before = await startHost({ AUTH_TOKENS: 'another-token' })
  balancer.forwardTo(before.url)
  await notify('live-token', 'persistent-3', hook(balancer.url), persistently)
  await s3.putObject(client, 'live-token', 'k', 'x')
  await before.untilLogged(({ outcome, error }) => outcome === 'reject' && error.code === 'unauthorized')
  assert.deepEqual(before.events, [])
  await using after = await startHost({ AUTH_TOKENS: `another-token,${TOKEN}` })
  balancer.forwardTo(after.url)
  await after.untilEvents(1)
  assert.deepEqual(subjects(after), ['k'])
  assert.ok(!JSON.stringify([before.log, after.log]).includes(TOKEN))
})

test('poison is set aside with its bytes and acknowledged, and what follows it arrives', async () => {
  await using deadLetters = await startSink()
  await using host = await startHost({ AUTH_TOKENS: TOKEN, DEAD_LETTER_URL: deadLetters.url })
  const passedOn: string[] = []
  await using proxy = await startLoadBalancer((body) => {
    // No gateway makes poison on demand.
    passedOn.push(body.replace('"key":"poison"', '"key":404'))
    return passedOn.at(-1) ?? ''
  })
  proxy.forwardTo(host.url)
  await notify('live-poison', 'persistent-4', hook(proxy.url), persistently)
  await s3.putObject(client, 'live-poison', 'poison', 'x')
  await deadLetters.until(1)
  await s3.putObject(client, 'live-poison', 'good', 'x')
  await host.untilEvents(1)

  assert.deepEqual(subjects(host), ['good'])
  const [letter] = deadLetters.received
  assert.equal(letter.type, 'tidings.dead-letter')
  assert.deepEqual(letter.data.reasons, [
    {
      code: 'schema_mismatch',
      message: 'Records.0.s3.object.key: expected string',
      field: 'Records.0.s3.object.key',
    },
  ])
  assert.equal(letter.data.body, passedOn[0])
  assert.equal(deadLetters.received.length, 1)
})

const subjects = (host: HostProcess): string[] => host.events.map(({ subject }) => subject)

type Started = AsyncDisposable & { readonly url: string; readonly port: number }

async function listen(server: Server, port: number): Promise<Started> {
  const [freePort] = port === 0 ? await freePorts(1) : [port]
  await once(server.listen(freePort, '127.0.0.1'), 'listening')
  const address = server.address() as AddressInfo // listening on TCP
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      // Not before what is under way is answered: the gateway would repeat it for ever.
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Takes CloudEvents in structured mode. */
async function startSink(port = 0) {
  // biome-ignore lint/suspicious/noExplicitAny: what the tests read of an event, they assert on
  const received: any[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer(async (request, response) => {
    assert.equal(request.headers['content-type'], 'application/cloudevents+json')
    received.push(await json(request))
    response.writeHead(204).end()
    for (const { count, resolve } of waiting) if (received.length >= count) resolve()
  })
  const started = await listen(server, port)
  const until = (count: number) =>
    new Promise<void>((resolve) => (received.length >= count ? resolve() : waiting.push({ count, resolve })))
  return { ...started, received, until }
}

/**
 * What stands between gateway and function wherever functions come and go. While there is none it answers 503, after a
 * pause: radosgw 16.2.15 repeats at once, and may stop the queue for good after some thousand refusals in a row.
 */
async function startLoadBalancer(change = (body: string) => body) {
  const PAUSE_MS = 300
  const turnedAway = Promise.withResolvers<void>()
  let target = ''
  const server = createServer(async (request, response) => {
    const body = change((await buffer(request)).toString())
    const headers = { 'content-type': 'application/json' }
    const onward = httpRequest(`${target}${request.url}`, { method: 'POST', headers, agent: false }, (reply) => {
      response.writeHead(reply.statusCode ?? 500)
      reply.pipe(response)
    })
    onward.on('error', () => {
      turnedAway.resolve()
      setTimeout(() => response.writeHead(503).end(), PAUSE_MS)
    })
    onward.end(body)
  })
  const forwardTo = (url: string) => {
    target = url
  }
  return { ...(await listen(server, 0)), forwardTo, untilTurnedAway: () => turnedAway.promise }
}
