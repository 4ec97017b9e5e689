import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OpenstackCapture, openstackCaptures } from '../fixtures.ts'
import { decode, deliver, eventOf } from './delivery.ts'

const isRpc = ({ name }: OpenstackCapture): boolean => /^[\w]+-rpc\//.test(name)
const captures = openstackCaptures()
const notifications = captures.filter((capture) => !isRpc(capture))

/** The service that the folder of a capture names; manila and cinder share the exchange `openstack`. */
const folderOf = ({ name }: OpenstackCapture): string => name.split('/', 1)[0] ?? ''
const SHARED: Readonly<Record<string, string>> = {
  share: 'manila',
  share_type: 'manila',
  volume: 'cinder',
  pubtest: 'nova',
}
const expectedService = (capture: OpenstackCapture): string =>
  folderOf(capture) === 'openstack'
    ? (SHARED[capture.name.split('/')[1]?.split('.')[0] ?? ''] ?? assert.fail(capture.name))
    : folderOf(capture)

test('every captured notification is one event of its own service, and no fault', () => {
  for (const capture of notifications) {
    const { events, faults, dropped } = decode(deliver(capture.body, capture.exchange))
    assert.deepEqual([events.length, faults, dropped], [1, [], []], capture.name)
    assert.equal(eventOf(capture.body, capture.exchange).data.service, expectedService(capture), capture.name)
  }
})

test('without the exchange, which most ways hide, the service is told all the same', () => {
  for (const capture of notifications) {
    assert.equal(eventOf(capture.body).data.service, expectedService(capture), capture.name)
  }
})

test('every captured call is left out as one', () => {
  const calls = captures.filter(isRpc)
  assert.ok(calls.length > 10)
  for (const { name, body } of calls) {
    assert.deepEqual(decode(deliver(body)), { events: [], faults: [], dropped: ['rpc'] }, name)
  }
})

test('no token that a capture holds comes out', () => {
  const withToken = captures.filter(({ body }) => body.includes('gAAAA'))
  assert.ok(withToken.length > 10)
  for (const { name, body } of withToken) assert.doesNotMatch(JSON.stringify(decode(deliver(body))), /gAAAA/, name)
})

test('every attribute is one that CloudEvents allows, and time is in UTC', () => {
  for (const { name, body, exchange } of notifications) {
    const { data, ...attributes } = eventOf(body, exchange)
    for (const [attribute, value] of Object.entries(attributes)) {
      assert.match(attribute, /^[a-z0-9]{1,20}$/, name)
      assert.match(String(value), /^\P{Cc}+$/u, `${name}: ${attribute}`)
    }
    assert.match(attributes.type, /^org\.openstack\.[a-z]+\.[\x21-\x7e]+$/, name)
    assert.ok(URL.canParse(attributes.source, 'https://example.org/'), name)
    assert.match(attributes.time ?? '', /^2026-11-2\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/, name)
    assert.match(data.phase, /^(start|end|error|none)$/)
  }
})

/** neutron's requests to create have no id yet; nova's versioned exceptions name no instance. */
const WITHOUT_SUBJECT = /\/\w+\.create\.start\.\d+$|\/compute\.exception\.\d+$/

test('the subject is the resource wherever the payload names one', () => {
  const without = notifications.filter(({ body }) => eventOf(body).subject === undefined).map(({ name }) => name)
  assert.deepEqual(
    without.filter((name) => !WITHOUT_SUBJECT.test(name)),
    [],
  )
})
