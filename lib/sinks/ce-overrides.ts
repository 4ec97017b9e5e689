import type { CloudEvent } from '../core/cloudevent.ts'
import type { Settle, Sink } from '../core/sink.ts'

/** Extension attributes by name. They are added to every event and replace its own attributes of the same name. */
export type CeOverrides = Readonly<Record<string, string>>

/** A sink whose events carry what Knative's SinkBinding says they should. */
export const withCeOverrides = (sink: Sink, overrides: CeOverrides): Sink => ({
  ...sink,
  deliver: (events, signal, settle) => {
    const originals = new Map(events.map((event): [CloudEvent, CloudEvent] => [{ ...event, ...overrides }, event]))
    const settleOriginal: Settle = (event, fate) => settle?.(originals.get(event) ?? event, fate)
    return sink.deliver([...originals.keys()], signal, settleOriginal)
  },
})

const NAME = /^[a-z\d]+$/
/** Overriding one of these would make it a different or an invalid event. */
const TAKEN = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
])

/** Reads the value of `K_CE_OVERRIDES`. Undefined: it cannot be read. */
export const readCeOverrides = (text: string): CeOverrides | undefined => {
  try {
    const document: unknown = JSON.parse(text)
    if (!isObject(document)) return undefined
    const extensions = document.extensions ?? {}
    if (!isObject(extensions)) return undefined
    const entries = Object.entries(extensions).filter(isSound)
    return entries.length === Object.keys(extensions).length ? Object.fromEntries(entries) : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSound = (entry: [string, unknown]): entry is [string, string] =>
  NAME.test(entry[0]) && !TAKEN.has(entry[0]) && typeof entry[1] === 'string'
