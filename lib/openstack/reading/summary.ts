import { SchemaError } from '../../process/errors.ts'
import { redactObject } from '../../redaction/redact-object.ts'
import { callerIn, isObject, type Notification, textOrNothing } from './notification.ts'

/**
 * An event as ceilometer's HTTP publisher sends it: `{"message_id","event_type","generated","traits":[["vcpus",2,2],…],"raw"}`
 * (ceilometer/event/models.py; type codes 1 text, 2 integer, 3 float, 4 date). The traits are what it took from a notification,
 * and become the payload; where ceilometer keeps the whole in `raw`, that is the payload.
 */
export const readSummary = (event: Readonly<Record<string, unknown>>, path: readonly PropertyKey[]): Notification => {
  const { event_type: eventType, traits } = event
  const fail = (name: string, expected: string): SchemaError => {
    const field = [...path, name].join('.')
    return new SchemaError(`${field}: expected ${expected}`, { field })
  }
  if (typeof eventType !== 'string' || eventType === '') throw fail('event_type', 'a non-empty string')
  if (!Array.isArray(traits) || !traits.every(isTrait)) throw fail('traits', 'a list of [name, type code, value]')
  // Only now that it has a name, what is secret by its name can be told.
  const values = redactObject(Object.fromEntries(traits.map(([name, , value]) => [name, value]))).object
  const raw = isObject(event.raw) ? event.raw : {}
  const ctxt = isObject(raw.ctxt) ? raw.ctxt : {}
  return {
    eventType,
    service: undefined,
    messageId: textOrNothing(event.message_id),
    // Ceilometer calls the publisher so.
    publisher: textOrNothing(raw.publisher_id) ?? textOrNothing(values.service),
    host: textOrNothing(values.host),
    priority: textOrNothing(raw.priority),
    timestamp: textOrNothing(event.generated),
    payload: raw.payload ?? values,
    ...callerIn({ ...values, ...ctxt }, ''),
    isTelemetry: true,
  }
}

export const isSummary = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && 'traits' in value && 'event_type' in value

type Trait = readonly [name: string, type: unknown, value: unknown]

const isTrait = (trait: unknown): trait is Trait =>
  Array.isArray(trait) && trait.length === 3 && typeof trait[0] === 'string'
