// Knative Eventing on both sides of the plain container: its sources, brokers and SDK as senders, K_SINK as the receiver, and
// queue-proxy between.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CloudEvent, emitterFor, HTTP, httpTransport, type Message, Mode } from 'cloudevents'
import { notification, wireRecord } from '../../ceph/ceph-records.ts'
import { openstackCapture } from '../../fixtures.ts'
import { connectRaw } from '../../http-client.ts'
import { type Receiver, startReceiver } from '../../receiver.ts'
import { manifestOf } from './manifests.ts'
import { type Pod, startPod } from './pod.ts'

const INSTANCE = openstackCapture('nova/instance.create.end.1').body
const MESSAGE_ID = JSON.parse(JSON.parse(INSTANCE)['oslo.message']).message_id
const TYPE = 'org.openstack.nova.instance.create.end'

const { ceOverrides } = manifestOf('SinkBinding', 'tidings-receivers').spec
/** What a SinkBinding injects. */
const binding = (sink: string) => ({
  K_SINK: sink,
  K_CE_OVERRIDES: JSON.stringify(ceOverrides),
  // The broker that DEAD_LETTER_URL names is K_SINK.
  DEAD_LETTER_URL: sink,
  CLAIMS_URL: 'none:',
})

/** As the source's receive adapter sends them: binary mode, the message's body as it is. */
const fromRabbitmqSource = {
  'ce-specversion': '1.0',
  'ce-id': '7c1b2a7e-6f3d-4c3e-9d5a-0f6f0c9f6a11',
  'ce-source': '/apis/v1/namespaces/default/rabbitmqsources/openstack-notifications#tidings',
  'ce-type': 'dev.knative.rabbitmq.event',
  'ce-subject': '7c1b2a7e-6f3d-4c3e-9d5a-0f6f0c9f6a11',
  'ce-time': '0001-01-01T00:00:00Z',
  'content-type': 'application/json',
}
const fromKafkaSource = {
  'ce-specversion': '1.0',
  'ce-id': 'partition:0/offset:7',
  'ce-source': '/apis/v1/namespaces/default/kafkasources/openstack-notifications#notifications.info',
  'ce-type': 'dev.knative.kafka.event',
  'ce-subject': 'partition:0#7',
  'ce-time': '2026-11-21T12:00:00.123Z',
  'ce-partitionkey': 'nova',
  'ce-key': 'nova',
  'content-type': 'application/octet-stream',
}

describe('the OpenStack function as a Knative Service', () => {
  let receiver: Receiver
  let pod: Pod
  before(async () => {
    receiver = await startReceiver()
    pod = await startPod('openstack-notifications', binding(receiver.url))
  })
  after(async () => {
    await pod?.[Symbol.asyncDispose]()
    await receiver.close()
  })
  beforeEach(() => {
    receiver.answer = () => ({ status: 202 })
  })

  /** The events that a piece of work made K_SINK take, as the CloudEvents SDK reads them. */
  const eventsOf = async (work: () => Promise<unknown>): Promise<readonly Record<string, unknown>[]> => {
    const from = receiver.requests.length
    await work()
    return receiver.requests.slice(from).map(({ headers, body }) => {
      const event = HTTP.toEvent({ headers, body } as Message) as CloudEvent // One event a request.
      assert.ok(event.validate())
      return event.toJSON()
    })
  }
  for (const [source, headers] of Object.entries({
    RabbitmqSource: fromRabbitmqSource,
    KafkaSource: fromKafkaSource,
  })) {
    test(`takes what a ${source} sends, and passes one event on, marked as the binding says`, async () => {
      const events = await eventsOf(async () => assert.equal((await pod.post({ headers, body: INSTANCE })).status, 204))
      assert.deepEqual(
        events.map(({ type, id, cloud }) => ({ type, id, cloud })),
        [{ type: TYPE, id: MESSAGE_ID, cloud: 'eu-1' }],
      )
    })
  }

  for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
    test(`takes what the CloudEvents SDK sends in ${mode} mode`, async () => {
      const emit = emitterFor(httpTransport(`http://127.0.0.1:${pod.proxy.port}/`), { mode })
      const sent = new CloudEvent({ source: '/broker', type: 'dev.tidings.amqp.message', data: JSON.parse(INSTANCE) })
      const events = await eventsOf(() => emit(sent))
      assert.deepEqual(
        events.map(({ type, id }) => ({ type, id })),
        [{ type: TYPE, id: MESSAGE_ID }],
      )
    })
  }

  test('takes a batch, and asks for all of it again when a part was not taken', async () => {
    const headers = { 'content-type': 'application/cloudevents-batch+json; charset=UTF-8' }
    const item = { specversion: '1.0', source: '/broker', type: 'dev.tidings.amqp.message', data: JSON.parse(INSTANCE) }
    const body = JSON.stringify([
      { ...item, id: '1' },
      { ...item, id: '2', data: JSON.parse(openstackCapture('glance/image.upload.1').body) },
    ])
    const events = await eventsOf(async () => assert.equal((await pod.post({ headers, body })).status, 204))
    assert.deepEqual(events.map(({ type }) => type).toSorted(), ['org.openstack.glance.image.upload', TYPE])

    receiver.answer = ({ body }) => ({ status: body.includes('glance') ? 503 : 202 })
    assert.equal((await pod.post({ headers, body })).status, 503)
  })

  test('a broker or channel gets no body with its 2xx, since it would take that for a failure and send the poison for ever', async () => {
    const { status, body } = await pod.post({
      headers: { ...fromRabbitmqSource, prefer: 'reply' },
      body: '{"oslo.message":',
    })
    assert.deepEqual([status, body], [204, ''])
    const { type, data, cloud } = JSON.parse(receiver.requests.at(-1)?.body ?? '')
    assert.deepEqual([type, data.body, cloud], ['tidings.dead-letter', '{"oslo.message":', 'eu-1'])
    assert.equal((await pod.post({ headers: fromRabbitmqSource, body: '{"oslo.message":' })).status, 200)
  })

  test('a broker that asks for patience is passed on to the sender, word for word', async () => {
    receiver.answer = () => ({ status: 503, headers: { 'retry-after': '30' } })
    const { status, headers } = await pod.post({ headers: fromRabbitmqSource, body: INSTANCE })
    assert.deepEqual([status, headers['retry-after']], [503, '30'])
  })

  test('a broker that takes an event at the second attempt is enough', async () => {
    let first = true
    receiver.answer = () => {
      const status = first ? 429 : 202
      first = false
      return { status }
    }
    assert.equal((await pod.post({ headers: fromKafkaSource, body: INSTANCE })).status, 204)
  })

  test('says to whoever asks that it takes POST', async () => {
    const { status, headers } = await pod.post({
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'eventing.example' },
    })
    assert.deepEqual(
      [status, headers.allow, headers['webhook-allowed-origin']],
      [204, 'POST, OPTIONS', 'eventing.example'],
    )
  })

  test('a body without a length that grows too large is refused', async () => {
    const connection = await connectRaw(pod.proxy.port)
    connection.send(
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    for (let sent = 0; sent <= 17; sent++) connection.send(chunk)
    connection.send('0\r\n\r\n')
    assert.match(await connection.until('\r\n\r\n'), /^HTTP\/1\.1 413 /)
    connection.socket.destroy()
  })
})

test('the Ceph function without a secret lets nobody in through the proxy, though that calls from this machine', async () => {
  await using pod = await startPod('ceph-notifications', {})
  const { status } = await pod.post({ body: notification(wireRecord('a')) })
  assert.equal(status, 401)
})
