// The example triggers, on the events of everything that was captured: each lets some through, and others not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadLetter } from '../../../lib/core/dead-letter.ts'
import { createOpenstackDecoder } from '../../../lib/openstack/decode-openstack.ts'
import { DecodeError } from '../../../lib/process/errors.ts'
import { createRedact } from '../../../lib/process/secrets.ts'
import { readCeOverrides, withCeOverrides } from '../../../lib/sinks/ce-overrides.ts'
import { openstackCaptures } from '../../fixtures.ts'
import { createMemorySink } from '../../memory-sink.ts'
import { capturedEvents } from '../../sinks/contract.ts'
import { allManifests, manifestOf } from './manifests.ts'

type Attributes = Readonly<Record<string, unknown>>
type Filter = {
  readonly exact?: Readonly<Record<string, string>>
  readonly prefix?: Readonly<Record<string, string>>
  readonly suffix?: Readonly<Record<string, string>>
  readonly all?: readonly Filter[]
  readonly any?: readonly Filter[]
  readonly not?: Filter
}

/** https://github.com/cloudevents/spec/blob/main/subscriptions/spec.md#324-filters: an attribute that is not there does not match. */
const matches = ({ exact, prefix, suffix, all, any, not }: Filter, event: Attributes): boolean => {
  const every = (wanted: Readonly<Record<string, string>>, holds: (text: string, value: string) => boolean) =>
    Object.entries(wanted).every(([name, value]) => typeof event[name] === 'string' && holds(event[name], value))
  if (exact) return every(exact, (text, value) => text === value)
  if (prefix) return every(prefix, (text, value) => text.startsWith(value))
  if (suffix) return every(suffix, (text, value) => text.endsWith(value))
  if (all) return all.every((filter) => matches(filter, event))
  if (any) return any.some((filter) => matches(filter, event))
  if (not) return !matches(not, event)
  throw new Error('a dialect that this test does not know')
}

const decode = createOpenstackDecoder({ novaNotifications: 'both' })
const openstackEvents = () =>
  openstackCaptures().flatMap(({ body }) => {
    const { events } = decode({ body: Buffer.from(body), headers: {}, origin: { kind: 'direct' } })
    return events
  })

const letter = deadLetter({
  functionName: 'openstack-notifications',
  delivery: { body: Buffer.from('{'), headers: {}, origin: { kind: 'direct' } },
  faults: [new DecodeError('no JSON')],
  time: new Date(0),
  redact: createRedact([]),
})

/** As they leave the functions that the SinkBinding binds. */
const events = async (): Promise<readonly Attributes[]> => {
  const { ceOverrides } = manifestOf('SinkBinding', 'tidings-receivers').spec
  const sink = createMemorySink()
  const marked = withCeOverrides(sink, readCeOverrides(JSON.stringify(ceOverrides)) ?? {})
  await marked.deliver([...capturedEvents(), ...openstackEvents(), letter])
  return sink.events
}

/** The events that the trigger of that name lets through. */
const expected: Readonly<Record<string, (types: readonly string[]) => void>> = {
  'ceph-pictures': (types) => {
    for (const type of types) assert.match(type, /^com\.amazonaws\.s3\.ObjectCreated:/)
  },
  'dead-letters': (types) => assert.deepEqual(types, [letter.type]),
  'openstack-errors': (types) => {
    assert.ok(types.includes('org.openstack.nova.compute.exception'))
  },
  // The legacy and the versioned name of one thing.
  'openstack-servers-of-project': (types) => {
    assert.deepEqual(types, [
      'org.openstack.nova.compute.instance.create.end',
      'org.openstack.nova.instance.create.end',
    ])
  },
  'openstack-nova': (types) => {
    assert.ok(types.length > 5)
    for (const type of types) assert.match(type, /^org\.openstack\.nova\.(?!.*\.exists$)/)
  },
}

for (const { metadata, spec } of allManifests().filter(({ kind }) => kind === 'Trigger')) {
  test(`the trigger ${metadata.name} of ${spec.broker}`, async () => {
    const filters: readonly Filter[] = spec.filters ?? [{ exact: spec.filter.attributes }]
    const all = await events()
    const chosen = all.filter((event) => filters.every((filter) => matches(filter, event)))
    assert.ok(chosen.length > 0 && chosen.length < all.length)
    expected[metadata.name]?.([...new Set(chosen.map(({ type }) => String(type)))].toSorted())
  })
}
