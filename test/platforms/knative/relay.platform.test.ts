// deploy/knative/relay.yaml: the command of its image with its variables, between a real RabbitMQ and K_SINK.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openstackCapture } from '../../fixtures.ts'
import { ask } from '../../http-client.ts'
import { startReceiver } from '../../receiver.ts'
import { openRig, until } from '../../relay/rig.ts'
import { freePorts } from '../../services/ports.ts'
import { startRabbitMQ } from '../../services/rabbitmq.ts'
import { manifestOf, variablesOf } from './manifests.ts'

const bundle = fileURLToPath(new URL('../../../dist/relay.cjs', import.meta.url))
const instance = openstackCapture('nova/instance.create.end.1')

test('the relay takes from the queue of its manifest, over TLS, what goes to the sink of its binding', async () => {
  await using ended = new AsyncDisposableStack()
  const rabbitmq = await startRabbitMQ({ tls: true })
  ended.defer(rabbitmq.stop)
  const { url, ca } = rabbitmq.tls ?? assert.fail()
  const receiver = await startReceiver()
  ended.defer(receiver.close)
  receiver.answer = () => ({ status: 202 })
  const rig = await openRig(rabbitmq.url)
  ended.defer(rig.close)
  await rig.channel.assertExchange('nova', 'topic', { durable: false })

  const deployment = manifestOf('Deployment', 'tidings-relay')
  const { ceOverrides } = manifestOf('SinkBinding', 'tidings-relay').spec
  const [port = 0] = await freePorts(1)
  const child = spawn(process.execPath, [bundle], {
    env: {
      PATH: process.env.PATH,
      ...variablesOf(deployment),
      // From Secrets, and what has another place here.
      AMQP_URL: url,
      AMQP_CA_FILE: ca,
      PORT: String(port),
      K_SINK: receiver.url,
      K_CE_OVERRIDES: JSON.stringify(ceOverrides),
    },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  ended.defer(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const [container] = deployment.spec.template.spec.containers
  const probe = async (name: string) => {
    const { path } = container[name].httpGet
    return (await ask({ port, method: 'GET', path }).catch(() => undefined))?.status
  }
  await until('the relay is alive', async () => (await probe('livenessProbe')) === 200)
  await until('the relay is ready', async () => (await probe('readinessProbe')) === 200)
  await until('its queue is bound', async () =>
    (await rabbitmq.ctl('list_bindings', 'source_name', 'destination_name')).includes('nova\ttidings'),
  )

  await rig.publish('nova', 'versioned_notifications.info', [instance.body], { contentType: 'application/json' })
  await until('the event is there', () => receiver.requests.length > 0)
  const { type, cloud } = JSON.parse(receiver.requests[0]?.body ?? '')
  assert.deepEqual({ type, cloud }, { type: 'org.openstack.nova.instance.create.end', cloud: 'eu-1' })

  child.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
  assert.equal(await rig.depth('tidings'), 0)
  assert.equal(receiver.requests.length, 1)
})
