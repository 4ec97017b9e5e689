// npm run samples [-- <folder>...]: captured messages of OpenStack and event-types.tsv → lib/testing/openstack-samples.json.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { serviceOf } from '../lib/openstack/describing/service.ts'
import type { OpenstackSamples } from '../lib/testing/openstack-sample.ts'
import { readRows } from './catalogue.ts'

type Message = {
  readonly event_type: string
  readonly publisher_id: string
  readonly priority: string
  readonly payload: unknown
}

const CAPTURES = new URL('../test/fixtures/openstack/', import.meta.url).pathname
const file = new URL('../lib/testing/openstack-samples.json', import.meta.url)

/** Failures of calls carry the whole arguments of the call. They teach nothing and take most of the space. */
const MAX_PAYLOAD = 4000

const messagesIn = (folder: string): readonly Message[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json') && !path.includes('-rpc/') && !path.includes('pubtest'))
    .sort()
    .map((path) => {
      const body = JSON.parse(JSON.parse(readFileSync(`${folder}/${path}`, 'utf8')).body)
      return 'oslo.message' in body ? JSON.parse(body['oslo.message']) : body
    })

const contextOf = (message: Message): Record<string, unknown> =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name.startsWith('_context_')))

const nothing = { namespace: undefined, exchange: undefined, observer: undefined }
const samples: Record<string, { -readonly [Key in keyof OpenstackSamples[string]]: OpenstackSamples[string][Key] }> = {}

for (const { service, eventType, priorities } of readRows()) {
  if (/[<*]/.test(eventType)) continue
  samples[service] ??= { context: {}, seen: {}, known: {} }
  samples[service].known = { ...samples[service].known, [eventType]: priorities[0] ?? 'INFO' }
}

const folders = process.argv.slice(2)
for (const message of (folders.length > 0 ? folders : [CAPTURES]).flatMap(messagesIn)) {
  const { event_type: eventType, publisher_id: publisher, priority, payload } = message
  if (JSON.stringify(payload).length > MAX_PAYLOAD) continue
  const service = samples[serviceOf({ ...nothing, eventType, publisher, payload })]
  if (service === undefined || eventType in service.seen) continue
  const context = contextOf(message)
  if (Object.keys(context).length > 0) service.context = context
  service.seen = { ...service.seen, [eventType]: { publisher_id: publisher, priority, payload } }
  const { [eventType]: _, ...known } = service.known
  service.known = known
}

/** A line an event, so that a change shows where it is. */
const line = (value: unknown): string => JSON.stringify(value)
const block = (entries: Readonly<Record<string, unknown>>): string =>
  `{\n${Object.entries(entries)
    .map(([name, value]) => `   ${line(name)}: ${line(value)}`)
    .join(',\n')}\n  }`
const services = Object.entries(samples).map(
  ([service, { context, seen, known }]) =>
    ` ${line(service)}: {\n  "context": ${line(context)},\n  "seen": ${block(seen)},\n  "known": ${line(known)}\n }`,
)
writeFileSync(file, `{\n${services.join(',\n')}\n}\n`)
