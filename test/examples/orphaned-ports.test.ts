import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openstackCapture } from '../fixtures.ts'
import { notify, serveExample } from './serve-example.ts'
import { type StandInRequest, startStandIn } from './stand-in.ts'

const SERVER = '753b75c2-c6ed-47db-bc33-d6942f206edb'

/** keystone and neutron at one address, as far as the example uses them. */
const cloudWith = (ports: ReadonlyMap<string, string>, tags: Map<string, string>) => {
  return ({ line, headers, body }: StandInRequest) => {
    if (line === 'POST /v3/auth/tokens') {
      const { id, secret } = body.auth.identity.application_credential
      if (id !== 'id' || secret !== 'secret') return { status: 401 }
      return { status: 201, headers: { 'X-Subject-Token': 'a-token' } }
    }
    if (headers['x-auth-token'] !== 'a-token') return { status: 401 }
    const device = /^GET \/v2\.0\/ports\?device_id=(.+)&fields=id$/.exec(line)?.[1]
    if (device !== undefined) {
      const found = [...ports].filter(([, server]) => server === device)
      return { status: 200, body: { ports: found.map(([id]) => ({ id })) } }
    }
    const [, port = '', tag = ''] = /^PUT \/v2\.0\/ports\/(.+)\/tags\/(.+)$/.exec(line) ?? []
    if (port === 'gone' || !ports.has(port)) return { status: 404 }
    tags.set(port, tag)
    return { status: 201 }
  }
}

const CREDENTIAL = { CREDENTIAL_ID: 'id', CREDENTIAL_SECRET: 'secret' }

test('the ports that a deleted server left behind get the tag, however often the event comes', async () => {
  const tags = new Map<string, string>()
  const ports = new Map([
    ['left-1', SERVER],
    ['gone', SERVER],
    ['left-2', SERVER],
    ['used', 'another-server'],
  ])
  await using cloud = await startStandIn(cloudWith(ports, tags))
  const places = { KEYSTONE_URL: cloud.url, NEUTRON_URL: cloud.url }
  await using host = await serveExample('orphaned-ports.ts', { ...places, ...CREDENTIAL })
  assert.equal(await notify(host, openstackCapture('nova/compute.instance.create.end.1')), 204)
  assert.equal(cloud.requests.length, 0)
  for (const name of ['nova/compute.instance.delete.end.1', 'nova/instance.delete.end.1']) {
    assert.equal(await notify(host, openstackCapture(name)), 204)
  }
  assert.deepEqual(Object.fromEntries(tags), { 'left-1': 'orphaned', 'left-2': 'orphaned' })
})

test('the notification comes again if the login fails', async () => {
  await using cloud = await startStandIn(cloudWith(new Map(), new Map()))
  const places = { KEYSTONE_URL: cloud.url, NEUTRON_URL: cloud.url }
  await using host = await serveExample('orphaned-ports.ts', { ...places, ...CREDENTIAL, CREDENTIAL_SECRET: 'wrong' })
  assert.equal(await notify(host, openstackCapture('nova/instance.delete.end.1')), 503)
  const { error } = await host.untilLogged(({ error }) => error !== undefined)
  assert.match(JSON.stringify(error), /keystone answered 401 to the login/)
})
