import type { Delivery } from '../core/delivery.ts'
import { partsOf } from '../process/json-text.ts'

/** A CloudEvent in its JSON format: attributes beside the data. */
export type WrittenEvent = Readonly<Record<string, unknown>>

/** The first required attribute that this value lacks. Undefined if it has all of them. */
export const missingIn = (value: unknown): string | undefined =>
  REQUIRED.find((name) => !isObject(value) || typeof value[name] !== 'string' || value[name] === '')

export const isWrittenEvent = (value: unknown): value is WrittenEvent => missingIn(value) === undefined

/**
 * Makes a delivery of the data of an event, as if the event had come in binary mode.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#31-handling-of-data
 *
 * @param source the event's JSON text, from which the data is cut out
 */
export const innerDelivery = (event: WrittenEvent, source: string, outer: Delivery): Delivery => {
  const { data, data_base64, datacontenttype, ...attributes } = event
  const implied = data === undefined ? undefined : 'application/json'
  const contentType = typeof datacontenttype === 'string' ? datacontenttype : implied
  const kept = Object.entries(outer.headers).filter(([name]) => !ABOUT_OUTER_BODY.test(name))
  return {
    body: typeof data_base64 === 'string' ? Buffer.from(data_base64, 'base64') : dataOf(data, source, contentType),
    headers: {
      ...Object.fromEntries([...kept, ...Object.entries(attributes).flatMap(toHeader)]),
      ...(contentType !== undefined && { 'content-type': contentType }),
    },
    origin: outer.origin,
  }
}

const REQUIRED = ['specversion', 'type', 'source', 'id'] as const
const ABOUT_OUTER_BODY = /^(?:content-|ce-)/
const JSON_TYPE = /[/+]json\s*(?:;|$)/i

const isObject = (value: unknown): value is WrittenEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const dataOf = (data: unknown, source: string, contentType: string | undefined): Buffer => {
  if (data === undefined) return Buffer.alloc(0)
  if (typeof data === 'string' && !JSON_TYPE.test(contentType ?? '')) return Buffer.from(data)
  // If several members have the same name, the last one counts, as in JSON.parse.
  return Buffer.from(partsOf(source).findLast(({ name }) => name === 'data')?.source ?? '')
}

const toHeader = ([name, value]: readonly [string, unknown]): (readonly [string, string])[] =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? [[`ce-${name.toLowerCase()}`, String(value)]]
    : []
