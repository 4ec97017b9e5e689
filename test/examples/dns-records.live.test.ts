import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startRelayProcess } from '../cli/relay-process.ts'
import { openstackCapture } from '../fixtures.ts'
import { openRig, until } from '../relay/rig.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { changed } from './changed.ts'
import { exampleVariables, notify, serveExample } from './serve-example.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

const broker = await startRabbitMQ()
const rig = await openRig(broker.url)
after(async () => {
  await rig.close()
  await broker.stop()
})
await rig.channel.assertExchange('nova', 'topic', { durable: false })

/** PowerDNS, as far as the example uses it. */
const startPowerDns = async (): Promise<StandIn & { readonly records: Map<string, readonly string[]> }> => {
  const records = new Map<string, readonly string[]>()
  const standIn = await startStandIn(({ line, headers, body }) => {
    if (headers['x-api-key'] !== 'key') return { status: 401 }
    if (line !== 'PATCH /api/v1/servers/localhost/zones/cloud.example.org.') return { status: 404 }
    for (const { name, type, changetype, records: given } of body.rrsets) {
      if (!/^[a-z0-9-]{1,63}\.cloud\.example\.org\.$/.test(name)) return { status: 422, body: { error: 'bad name' } }
      if (changetype === 'DELETE') records.delete(`${name} ${type}`)
      else
        records.set(
          `${name} ${type}`,
          given.map(({ content }: { content: string }) => content),
        )
    }
    return { status: 204 }
  })
  return { ...standIn, records }
}

const variables = ({ url }: StandIn) => ({ PDNS_URL: url, PDNS_API_KEY: 'key', ZONE: 'cloud.example.org' })

const created = ['nova/compute.instance.create.end.1', 'nova/instance.create.end.1'].map(openstackCapture)

// The captured deletions are those of another server.
const deleted = changed(openstackCapture('nova/compute.instance.delete.end.1'), ({ payload }) => {
  payload.instance_id = '32bff225-7f44-447e-aba0-321d21bfc8b9'
  payload.hostname = 'vm-ünï'
})

const RECORDS = { 'xn--vm-n-8pa0f.cloud.example.org. A': ['10.77.0.162'] }

test('behind the relay, a server has its record until it is deleted, and a late creation brings nothing back', async () => {
  await using dns = await startPowerDns()
  const environment = { AMQP_URL: broker.url, ...exampleVariables('dns-records.ts'), ...variables(dns) }
  await using relay = startRelayProcess(['--queue', 'dns'], environment)
  await relay.untilLogged(({ message }) => message === 'bound')
  const publish = ({ exchange, routingKey, body }: (typeof created)[number]) =>
    rig.publish(exchange, routingKey, [body], { contentType: 'application/json' })

  for (const capture of created) await publish(capture)
  await until('both dialects are handled', () => dns.requests.length === 2)
  assert.deepEqual(Object.fromEntries(dns.records), RECORDS)
  await publish(deleted)
  await until('the record is deleted', () => dns.records.size === 0)
  for (const capture of created) await publish(capture)
  await until('all is acked', async () => (await rig.depth('dns')) === 0)
  assert.equal(await relay.stop(), 0)
  assert.deepEqual([Object.fromEntries(dns.records), dns.requests.length], [{}, 3])
})

test('a name that PowerDNS cannot take becomes a dead letter', async () => {
  await using dns = await startPowerDns()
  await using host = await serveExample('dns-records.ts', variables(dns))
  const named = (name: string) =>
    changed(openstackCapture('nova/compute.instance.create.end.1'), ({ payload }) => {
      payload.hostname = name
    })
  assert.equal(await notify(host, named('under_score')), 200)
  const letter = await host.untilLogged(({ type }) => type === 'tidings.dead-letter')
  const message = 'PowerDNS refuses under_score.cloud.example.org: {"error":"bad name"}'
  assert.deepEqual(letter.data.reasons, [{ code: 'set_aside', message }])
  assert.equal(dns.records.size, 0)
})
