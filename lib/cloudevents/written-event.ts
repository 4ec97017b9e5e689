import type { Delivery } from '../core/delivery.ts'
import { partsOf } from '../process/json-text.ts'
import { parseJson } from '../process/parse-json.ts'

// CloudEvents in their JSON format, alone (structured mode) or in a batch.

/** A value of a body, and its JSON text. */
export type Item = { readonly value: unknown; readonly source: string }

const MEDIA_TYPE = /^\s*application\/cloudevents(?:-batch)?\+json\s*(?:;|$)/i

/** The CloudEvent of a body, or the items of its batch. Undefined if the body has no CloudEvents in JSON. */
export const open = ({
  headers,
  body,
}: Delivery): { readonly batch: boolean; readonly items: readonly Item[] } | undefined => {
  const labelled = MEDIA_TYPE.test(headers['content-type'] ?? '')
  // A search for bytes is cheap; parsing twice is not.
  if (!labelled && (beginsOtherwise(body) || !body.includes('"specversion"'))) return undefined
  const document = parsed(body)
  if (document === undefined) return undefined
  const batch = Array.isArray(document)
  const values: readonly unknown[] = batch ? document : [document]
  if (!labelled && !values.every(isWrittenEvent)) return undefined
  const text = body.toString()
  const sources = batch ? partsOf(text).map(({ source }) => source) : [text]
  return { batch, items: values.map((value, index) => ({ value, source: sources[index] ?? '' })) }
}

/** Whether the body begins with a member that no CloudEvent has: one with a capital or a dot in its name, as `Records` and `oslo.version`. */
const beginsOtherwise = (body: Buffer): boolean => {
  if (body[0] !== BRACE || body[1] !== QUOTE) return false
  for (let at = 2; at < body.length && body[at] !== QUOTE && body[at] !== BACKSLASH; at++)
    if (isCapitalOrDot(body[at] ?? 0)) return true
  return false
}
const [BRACE, QUOTE, BACKSLASH] = [0x7b, 0x22, 0x5c]
const isCapitalOrDot = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || code === 0x2e

/** The decoder reports why a body is not JSON. */
const parsed = (body: Buffer): unknown => {
  try {
    return parseJson(body)
  } catch {
    return undefined
  }
}

/** A CloudEvent in its JSON format: attributes beside the data. */
type WrittenEvent = Readonly<Record<string, unknown>>

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
