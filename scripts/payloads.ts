// npm run catalogue: the notifications in test/fixtures → lib/openstack/catalogue/payloads.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { createOpenstackDecoder } from '../lib/openstack/decode-openstack.ts'
import type { OpenstackEventData } from '../lib/openstack/openstack-event.ts'
import { openstackCaptures } from '../test/fixtures.ts'
import { addSample, createDeclarations, emptyShape, merged, property, type Shape } from './shape.ts'

export const payloadsFile = new URL('../lib/openstack/catalogue/payloads.ts', import.meta.url)
const samplesFile = new URL('../test/fixtures/openstack-payloads.jsonl', import.meta.url)

/** One payload, and the types of the events that have one of this shape (test/fixtures/README.md). */
type SampleLine = {
  readonly exchange: string
  readonly publisher: string
  readonly eventTypes: readonly string[]
  readonly payload: unknown
}

/** The payload is as a handler gets it: flattened and without secrets. */
type Sample = OpenstackEventData

export const readSamples = (): readonly Sample[] => {
  const decode = createOpenstackDecoder({ novaNotifications: 'both' })
  return [...captures(), ...samples()].flatMap(({ exchange, body }) => {
    const origin = { kind: 'amqp', queue: 'samples', redelivered: false, exchange } as const
    const { events } = decode({ body: Buffer.from(body), headers: {}, origin })
    return events.map(({ data }) => data as Sample) // This decoder makes no others.
  })
}

const captures = () => openstackCaptures().filter(({ name }) => !name.includes('-rpc/') && !name.includes('pubtest.'))

const samples = () =>
  readFileSync(samplesFile, 'utf8')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const { exchange, publisher, eventTypes, payload } = JSON.parse(line) as SampleLine // The shape of the fixture.
      return eventTypes.map((eventType) => ({
        exchange,
        body: JSON.stringify({ event_type: eventType, publisher_id: publisher, payload }),
      }))
    })

/**
 * A type for each name of an event, on the wire or canonical. A field is required if all samples of that name have it. Its type is the
 * union over all events about the same resource, because one sample seldom shows every type that a field can have.
 */
export const payloadTypes = (all: readonly Sample[]): string => {
  const families = new Map([...Map.groupBy(all, familyOf)].map(([family, same]) => [family, shapeOf(same)] as const))
  const declarations = createDeclarations()
  const members = [...byName(all)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, same]) => {
      const family = merged([...new Set(same.map(familyOf))].flatMap((key) => families.get(key) ?? []))
      return `  readonly ${property(name)}: ${declarations.typeOf(shapeOf(same), family, name)}`
    })
  return [
    '// biome-ignore-all format: written by `npm run catalogue` from the notifications in test/fixtures.',
    '',
    'type Fields = { readonly [field: string]: unknown }',
    '',
    ...declarations.lines(),
    '/**',
    ' * The payloads of events by their name, on the wire or canonical. If several services use one name, the entry covers them all,',
    ' * and there is another entry for each service, such as `neutron/port.create.end`.',
    ' */',
    'export type OpenstackPayloads = {',
    ...members,
    '}',
    '',
  ].join('\n')
}

const familyOf = ({ service, format, resource }: Sample): string => `${service} ${format} ${resource}`

const shapeOf = (same: readonly Sample[]): Shape => {
  const shape = emptyShape()
  for (const { payload } of same) addSample(shape, payload)
  return shape
}

const byName = (all: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> => {
  const names = new Map<string, Sample[]>()
  const add = (name: string, sample: Sample) => names.set(name, [...(names.get(name) ?? []), sample])
  for (const sample of all) for (const name of new Set([sample.eventType, sample.kind])) add(name, sample)
  for (const [name, same] of [...names]) {
    if (new Set(same.map(({ service }) => service)).size === 1) continue
    for (const sample of same) add(`${sample.service}/${name}`, sample)
  }
  return names
}

if (import.meta.main) writeFileSync(payloadsFile, payloadTypes(readSamples()))
