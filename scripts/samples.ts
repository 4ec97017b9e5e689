// npm run catalogue: the notifications in test/fixtures and the catalogue → lib/testing/openstack-samples.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { serviceOf } from '../lib/openstack/describing/service.ts'
import type { OpenstackSamples } from '../lib/testing/openstack-sample.ts'
import { openstackCaptures } from '../test/fixtures.ts'
import { readRows } from './catalogue.ts'

export const samplesFile = new URL('../lib/testing/openstack-samples.json', import.meta.url)
const payloadsFile = new URL('../test/fixtures/openstack-payloads.jsonl', import.meta.url)

type Message = {
  readonly event_type: string
  readonly publisher_id: string
  readonly payload: unknown
}

/** Failures of calls carry all arguments of the call. They teach nothing and take most of the space. */
const MAX_PAYLOAD = 4000

const captured = (): readonly Message[] =>
  openstackCaptures()
    .filter(({ name }) => !name.includes('-rpc/') && !name.includes('pubtest.'))
    .map(({ body }) => {
      const parsed = JSON.parse(body)
      return 'oslo.message' in parsed ? JSON.parse(parsed['oslo.message']) : parsed
    })

/** A payload, and the types of the events that have one of this shape. */
const alike = (): readonly Message[] =>
  readFileSync(payloadsFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .flatMap(({ eventTypes, publisher, payload }) =>
      eventTypes.map((type: string) => ({ event_type: type, publisher_id: publisher, payload })),
    )

const contextOf = (message: Message): Record<string, unknown> =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name.startsWith('_context_')))

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends object ? Writable<T[Key]> : T[Key] }

const nothing = { namespace: undefined, exchange: undefined, observer: undefined }

export const makeSamples = (): OpenstackSamples => {
  const samples: Writable<OpenstackSamples> = {}
  for (const { service, eventType, priorities } of readRows()) {
    if (/[<*]/.test(eventType)) continue
    samples[service] ??= { context: {}, payloads: [], events: {} }
    samples[service].events[eventType] = { priority: priorities[0] ?? 'INFO' }
  }
  for (const message of [...captured(), ...alike()]) {
    const { event_type: eventType, publisher_id: publisher, payload } = message
    const service = samples[serviceOf({ ...nothing, eventType, publisher, payload })]
    const text = JSON.stringify(payload)
    if (service === undefined || text.length > MAX_PAYLOAD) continue
    service.context = { ...service.context, ...contextOf(message) }
    const { priority = 'INFO', publisher: known } = service.events[eventType] ?? {}
    if (known !== undefined) continue
    const at = service.payloads.findIndex((other) => JSON.stringify(other) === text)
    if (at === -1) service.payloads.push(payload)
    service.events[eventType] = { priority, publisher, payload: at === -1 ? service.payloads.length - 1 : at }
  }
  return samples
}

/** A line a payload and an event, so that a difference shows where it is. */
export const samplesText = (samples: OpenstackSamples): string => {
  const services = Object.entries(samples).map(([service, { context, payloads, events }]) => {
    const eventLines = Object.entries(events).map(([type, event]) => `${JSON.stringify(type)}:${JSON.stringify(event)}`)
    return [
      `${JSON.stringify(service)}:{"context":${JSON.stringify(context)},`,
      `"payloads":[\n${payloads.map((payload) => JSON.stringify(payload)).join(',\n')}],`,
      `"events":{\n${eventLines.join(',\n')}}}`,
    ].join('\n')
  })
  return `{${services.join(',\n')}}\n`
}

if (import.meta.main) writeFileSync(samplesFile, samplesText(makeSamples()))
