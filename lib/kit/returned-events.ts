import type { CloudEvent } from '../core/cloudevent.ts'
import { crypto } from '../process/secrets.ts'

/** An event that a handler returns: a CloudEvent, or as much of one as it cares for. */
export type EventDraft = {
  readonly type: string
  /** Default: `tidings/<name of the function>`. */
  readonly source?: string
  /** Default: made from the event that caused it, so that a redelivery gives the same. */
  readonly id?: string
  readonly subject?: string
  /** RFC 3339. Default: now. */
  readonly time?: string
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
 * What a handler returned as CloudEvents. Each has the id of its cause as `causationid`
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/correlation.md), and goes on with the trace of it.
 *
 * @param name of the function
 * @throws TypeError for an object that is no event
 */
export const returnedEvents = (returned: Returned, cause: CloudEvent, name: string): readonly CloudEvent[] => {
  if (typeof returned !== 'object' || returned === null) return []
  const drafts: readonly EventDraft[] = isList(returned) ? returned : [returned]
  return drafts.map((draft, index) => {
    check(draft)
    const { traceparent, tracestate } = cause
    const { data, ...attributes } = draft
    const event = {
      id: derivedId(cause, draft.type, index),
      source: `tidings/${name}`,
      time: new Date().toISOString(),
      ...(traceparent !== undefined && { traceparent }),
      ...(tracestate !== undefined && { tracestate }),
      ...attributes,
      specversion: '1.0',
      datacontenttype: 'application/json',
      causationid: cause.id,
    } as const
    return data === undefined ? { ...event, data: null } : { ...event, data }
  })
}

/** Array.isArray does not narrow a readonly list. */
const isList = (returned: object): returned is readonly EventDraft[] => Array.isArray(returned)

const check = (draft: unknown): void => {
  const names = typeof draft === 'object' && draft !== null ? Object.keys(draft) : []
  const type = typeof draft === 'object' && draft !== null && 'type' in draft ? draft.type : undefined
  if (typeof type !== 'string' || type === '') {
    throw new TypeError('the handler returned an object without a type: return an event ({ type, data }), or nothing')
  }
  const wrong = names.find((each) => !ATTRIBUTE_NAME.test(each))
  if (wrong === undefined) return
  throw new TypeError(`the handler returned an event with an attribute '${wrong}': put it into data`)
}

const derivedId = ({ source, id }: CloudEvent, type: string, index: number): string =>
  crypto().hash('sha256', JSON.stringify([source, id, type, index]), 'base64url')
