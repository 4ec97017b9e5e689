import type { Decode, Decoded, DecodePart } from '../core/decoder.ts'
import type { Delivery } from '../core/delivery.ts'
import { type Budget, createBudget, takeItems } from '../process/budget.ts'
import {
  AuthenticationError,
  DecodeError,
  type ErrorCode,
  hasCode,
  NotANotificationError,
  SchemaError,
  type TidingsError,
  toTidingsError,
} from '../process/errors.ts'
import { partsOf } from '../process/json-text.ts'
import { parseJson } from '../process/parse-json.ts'

/** No known setup nests CloudEvents deeper. */
const MAX_WRAPPINGS = 3

/**
 * Unwraps CloudEvents in JSON that contain a notification: one event (structured mode) or a batch. Each becomes a delivery of
 * its own, with its data as the body and its attributes as `ce-*` headers, as if it had come in binary mode. Data in JSON
 * keeps its exact text. The content type identifies them, or their shape if there is no content type.
 *
 * Other bodies go to the decoder unchanged, so that a decoder with a secret asks for it. In a batch, an item that cannot be
 * read is a fault, and the other items are decoded. If a secret is required, every item must show it.
 */
export const unwrapping = (decode: DecodePart): Decode => {
  const read = (delivery: Delivery, wrappings: number, budget: Budget): Decoded => {
    const opened = wrappings < MAX_WRAPPINGS ? open(delivery) : undefined
    if (opened === undefined) return decode(delivery, budget)
    const readItem = ({ value, source }: Item): Decoded =>
      isWrittenEvent(value)
        ? read(innerDelivery(value, source, delivery), wrappings + 1, budget)
        : readPlain((plain) => decode(plain, budget), { ...delivery, body: Buffer.from(source) }, missingIn(value))
    const { batch, items } = opened
    const readOne = decode.checksSecret ? orRefusal : orFault
    if (decode.checksSecret)
      refusing('the batch is too long to be read, so its opaqueData cannot be checked', () =>
        takeItems(budget, items.length),
      )
    else takeItems(budget, items.length)
    return joined(items.map((item, index) => (batch ? readOne(index, () => readItem(item)) : readItem(item))))
  }
  return (delivery) => read(delivery, 0, createBudget())
}

type Item = { readonly value: unknown; readonly source: string }

const MEDIA_TYPE = /^\s*application\/cloudevents(?:-batch)?\+json\s*(?:;|$)/i

/** Undefined if the body is not a CloudEvent in JSON. */
const open = ({
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

/** An item that is not a CloudEvent can be a notification with the wrong content type. */
const readPlain = (decode: Decode, delivery: Delivery, field: string | undefined): Decoded => {
  try {
    return decode(delivery)
  } catch (cause) {
    if (hasCode<AuthenticationError>(cause, 'unauthorized') || field === undefined) throw cause
    throw new NotANotificationError(`${field}: expected a text, which every CloudEvent has`, { field, cause })
  }
}

const orFault = (index: number, read: () => Decoded): Decoded => {
  try {
    return locatedIn(index, read())
  } catch (thrown) {
    const error = toTidingsError(thrown)
    if (hasCode<AuthenticationError>(error, 'unauthorized') || error.status >= 500) throw thrown
    return { events: [], faults: [located(error, index)] }
  }
}

const orRefusal = (index: number, read: () => Decoded): Decoded =>
  refusing(`event ${index} of the batch has no valid opaqueData`, () => locatedIn(index, read()))

/** A body that cannot be read has shown no secret. As a fault it would let any caller write dead letters. */
const refusing = <Result>(message: string, read: () => Result): Result => {
  try {
    return read()
  } catch (cause) {
    const error = toTidingsError(cause)
    if (hasCode<AuthenticationError>(error, 'unauthorized') || error.status >= 500) throw cause
    throw new AuthenticationError(message, { cause })
  }
}

const locatedIn = (index: number, { faults, ...decoded }: Decoded): Decoded => ({
  ...decoded,
  faults: faults.map((fault) => located(fault, index)),
})

const KINDS = new Map<ErrorCode, new (message: string, options: object) => TidingsError>([
  ['schema_mismatch', SchemaError],
  ['decode_failed', DecodeError],
  ['not_a_notification', NotANotificationError],
])

/** The dead letter contains the whole batch, so its reason has to name the item. */
const located = (fault: TidingsError, index: number): TidingsError => {
  const Kind = KINDS.get(fault.code)
  if (Kind === undefined) return fault
  const field = fault.field === undefined ? String(index) : `${index}.${fault.field}`
  return new Kind(`event ${index} of the batch: ${fault.message}`, { field, cause: fault })
}

const joined = (all: readonly Decoded[]): Decoded => {
  const [only] = all
  if (all.length === 1 && only !== undefined) return only
  return {
    events: all.flatMap(({ events }) => events),
    faults: all.flatMap(({ faults }) => faults),
    dropped: all.flatMap(({ dropped = [] }) => dropped),
  }
}

/** A CloudEvent in its JSON format: attributes beside the data. */
type WrittenEvent = Readonly<Record<string, unknown>>

/** The first required attribute that this value lacks. Undefined if it has all of them. */
export const missingIn = (value: unknown): string | undefined =>
  REQUIRED.find((name) => !isObject(value) || typeof value[name] !== 'string' || value[name] === '')

const isWrittenEvent = (value: unknown): value is WrittenEvent => missingIn(value) === undefined

/**
 * Makes a delivery of the data of an event, as if the event had come in binary mode.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#31-handling-of-data
 *
 * @param source the event's JSON text, from which the data is cut out
 */
const innerDelivery = (event: WrittenEvent, source: string, outer: Delivery): Delivery => {
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
