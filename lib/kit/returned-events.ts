import type { CloudEvent } from '../core/cloudevent.ts'
import { rfc3339Utc } from '../process/rfc3339.ts'
import { crypto } from '../process/secrets.ts'

/** An event that a handler returns: a CloudEvent, of which only `type` has to be there. */
export type EventDraft = {
  readonly type: string
  /** Default: `tidings/<name of the function>`. */
  readonly source?: string | undefined
  /** Default: made from the event that caused it, so that a redelivery gives the same. */
  readonly id?: string | undefined
  readonly subject?: string | undefined
  /** RFC 3339. Default: now. */
  readonly time?: string | Date | undefined
  /** Anything that JSON can hold. */
  readonly data?: unknown
  /** Extensions have names of lower-case letters and digits. */
  readonly [extension: string]: unknown
}

/** The allowed results of a handler. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement returns void.
export type Returned = void | EventDraft | readonly EventDraft[]

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention */
const ATTRIBUTE_NAME = /^[a-z\d]+$/

/**
 * The return value of a handler as CloudEvents. Each has the id of its cause as `causationid`
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/correlation.md), and goes on with the trace of it. Attributes
 * that are undefined or null are left out.
 *
 * @param name of the function
 * @throws TypeError for an object that is not an event
 */
export const returnedEvents = (returned: Returned, cause: CloudEvent, name: string): readonly CloudEvent[] => {
  if (typeof returned !== 'object' || returned === null) return []
  const drafts: readonly EventDraft[] = isList(returned) ? returned : [returned]
  return drafts.map((draft, index) => {
    const { data = null, ...attributes } = checked(draft)
    const { traceparent, tracestate } = cause
    return {
      id: derivedId(cause, draft.type, index),
      source: `tidings/${name}`,
      time: new Date().toISOString(),
      ...(traceparent !== undefined && { traceparent }),
      ...(tracestate !== undefined && { tracestate }),
      ...attributes,
      specversion: '1.0',
      datacontenttype: 'application/json',
      causationid: cause.id,
      data,
    }
  })
}

/** Array.isArray does not narrow a readonly list. */
const isList = (returned: object): returned is readonly EventDraft[] => Array.isArray(returned)

type Attributes = {
  readonly type: string
  readonly time?: string
  readonly data?: unknown
  readonly [extension: string]: unknown
}

const checked = (draft: unknown): Attributes => {
  if (typeof draft !== 'object' || draft === null || !Object.hasOwn(draft, 'type'))
    throw new TypeError('the handler returned an object without a type: return an event ({ type, data }), or nothing')
  const attributes: [name: string, value: unknown][] = []
  for (const [name, given] of Object.entries(draft)) {
    const value = given instanceof Date && name === 'time' ? isoOf(given) : given
    if (value === undefined || (value === null && name !== 'data')) continue
    const fault = name === 'data' ? dataFault(value) : attributeFault(name, value)
    if (fault !== undefined) throw new TypeError(`the handler returned an event whose ${fault}`)
    attributes.push([name, value])
  }
  const event = Object.fromEntries(attributes)
  if (event.type === undefined)
    throw new TypeError('the handler returned an event whose type is undefined: give it a text')
  return event as Attributes // As checked.
}

const isoOf = (date: Date): string => (Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString())

/** The attributes that have to be texts (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes). */
const TEXTS = new Set(['type', 'id', 'source', 'subject', 'time', 'dataschema'])

const attributeFault = (name: string, value: unknown): string | undefined => {
  if (!ATTRIBUTE_NAME.test(name))
    return `attribute '${name}' has an invalid name: use only lower-case letters and digits, or put it into data`
  if (TEXTS.has(name) && (typeof value !== 'string' || value === ''))
    return `${name} is ${value === '' ? 'empty' : `of type ${typeof value}`}: give it a text`
  if (name === 'time' && rfc3339Utc(String(value)) === undefined)
    return `time is not a date in RFC 3339: write it like ${new Date(0).toISOString()}`
  if (name === 'datacontenttype' && value !== 'application/json')
    return 'datacontenttype is not application/json: data is sent as JSON, so leave it out'
  if (!['string', 'number', 'boolean'].includes(typeof value))
    return `attribute '${name}' is neither a text, a number nor a boolean: put it into data`
  return undefined
}

const dataFault = (data: unknown): string | undefined => {
  try {
    return JSON.stringify(data) === undefined ? `data is a ${typeof data}, which JSON cannot hold` : undefined
  } catch (error) {
    return `data cannot be written as JSON: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`
  }
}

const derivedId = ({ source, id }: CloudEvent, type: string, index: number): string =>
  crypto().hash('sha256', JSON.stringify([source, id, type, index]), 'base64url')

/**
 * The same for a broker that asks for an answer. It passes the answer on to all who listen for its type, and so back to this function.
 *
 * @throws TypeError if an object is not an event, or if the answer has the type of its cause, since the broker would send it back
 */
export const replyEvents: typeof returnedEvents = (returned, cause, name) => {
  const events = returnedEvents(returned, cause, name)
  if (events.length !== 1 || events[0]?.type !== cause.type) return events
  throw new TypeError(
    `the handler answered the broker with an event of the type that it handles (${cause.type}), which the broker would send to it again: give it a type of its own`,
  )
}
