import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readConfig } from '../../lib/kit/config.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import { type OpenstackFilter, openstackMatcher } from '../../lib/openstack/openstack-filter.ts'
import { openstackCapture, openstackCaptures } from '../fixtures.ts'
import { eventOf } from '../openstack/delivery.ts'
import { OPEN_CONFIG, sendOpenstack } from './own-functions.ts'

const LEGACY = 'nova/compute.instance.create.end.1'
const VERSIONED = 'nova/instance.create.end.1'

test('a handler gets the event, and its data with the payload as the service sent it', async () => {
  const seen: unknown[] = []
  const handler = openstack({ config: OPEN_CONFIG }).on('compute.instance.create.end', ({ event, data }) => {
    seen.push([event.type, data === event.data, data.payload.instance_id])
  })
  await sendOpenstack(handler, LEGACY)
  const { payload } = JSON.parse(JSON.parse(openstackCapture(LEGACY).body)['oslo.message'])
  assert.deepEqual(seen, [['org.openstack.nova.compute.instance.create.end', true, payload.instance_id]])
})

test('the first handler that matches has the event: by name, by wildcard, by filter', async () => {
  const seen: string[] = []
  const handler = openstack({ config: OPEN_CONFIG })
    .on('compute.instance.create.end', { host: 'nowhere' }, () => void seen.push('nowhere'))
    .on('instance.create.*', ({ data }) => void seen.push(`create ${data.eventType}`))
    .on({ service: 'neutron', resource: 'port', action: 'delete', phase: 'start' }, () => void seen.push('port'))
    .otherwise(({ data }) => void seen.push(`other ${data.eventType}`))
  await sendOpenstack(handler, LEGACY, VERSIONED, 'neutron/port.delete.start.1', 'nova/flavor.create.1')
  assert.deepEqual(seen, [
    'create compute.instance.create.end',
    'create instance.create.end',
    'port',
    'other flavor.create',
  ])
})

describe('a name', () => {
  const events = openstackCaptures()
    .filter(({ name }) => !name.split('/', 1)[0]?.endsWith('-rpc'))
    .map(({ body, exchange }) => eventOf(body, exchange))
  const typesFor = (pattern: string): string[] => {
    const matches = openstackMatcher(pattern)
    return [...new Set(events.filter(({ data }) => matches(data)).map(({ data }) => data.eventType))].sort()
  }

  test('of a kind hits both dialects of nova', () => {
    assert.deepEqual(typesFor('instance.create.end'), ['compute.instance.create.end', 'instance.create.end'])
    assert.deepEqual(typesFor('instance.resize_finish.end'), [
      'compute.instance.finish_resize.end',
      'instance.resize_finish.end',
    ])
    assert.ok(typesFor('instance.*').includes('compute.instance.pause.end'))
  })

  test('of the legacy dialect hits that one only, since payloads have other fields', () => {
    assert.deepEqual(typesFor('compute.instance.create.end'), ['compute.instance.create.end'])
    assert.ok(typesFor('compute.instance.*').every((name) => name.startsWith('compute.instance.')))
  })

  test('may be the canonical kind', () => {
    for (const { data } of events) assert.ok(typesFor(data.kind).includes(data.eventType), data.kind)
    for (const { data } of events) assert.ok(typesFor(data.eventType).includes(data.eventType), data.eventType)
  })
})

test('one dialect of nova is enough where the configuration says so', async () => {
  const seen: string[] = []
  const config = readConfig({ ALLOW_ANONYMOUS: 'true', NOVA_NOTIFICATIONS: 'versioned' })
  const handler = openstack({ config }).on('instance.create.end', ({ data }) => void seen.push(data.format))
  await sendOpenstack(handler, LEGACY, VERSIONED)
  assert.deepEqual(seen, ['versioned'])
})

test('a filter holds where all that it names holds', () => {
  const { body, exchange } = openstackCapture(LEGACY)
  const { data } = eventOf(body, exchange)
  const fits = (filter: OpenstackFilter) => openstackMatcher('*', filter)(data)
  const payload = data.payload as Readonly<Record<string, string>> // Legacy payloads are objects.
  const { project = '', host = '' } = data
  assert.ok(fits({ service: 'nova', resource: 'instance', action: 'create', phase: 'end', priority: 'INFO' }))
  assert.ok(fits({ project: ['x', project], host }))
  assert.ok(!fits({ project: 'x' }))
  assert.ok(!fits({ service: 'nova', action: ['delete', 'update'] }))
  assert.ok(fits({ payload: { instance_type: payload.instance_type ?? '', 'fixed_ips.0.version': 4 } }))
  assert.ok(!fits({ payload: { instance_type: 'other' } }))
  // The tests of routes.
  assert.ok(fits({ service: { not: 'neutron' }, action: 'cre*', payload: { memory_mb: { min: 1 } } }))
  assert.ok(!fits({ host: { exact: '*' } }))
  assert.ok(!fits({ payload: { 'no.such.path': null, 'constructor.name': 'Object' } }))
})
