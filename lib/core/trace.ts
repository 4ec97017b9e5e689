import type { CloudEvent } from './cloudevent.ts'
import type { Delivery } from './delivery.ts'

/** `traceparent` of version 00, and the start of later ones: https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/** A member of `tracestate`: https://www.w3.org/TR/trace-context/#list */
const MEMBER = /^[a-z\d][a-z\d_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/
const MAX_MEMBERS = 32
/** Longer ones need not be passed on. */
const MAX_LENGTH = 512

/**
 * The events continue the trace of the caller. A trace that breaks W3C's rules is left out, because it could not be written as
 * a header.
 */
export const traced = (events: readonly CloudEvent[], { headers }: Delivery): readonly CloudEvent[] => {
  const { traceparent, tracestate } = headers
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return events
  const state = tracestate !== undefined && isTraceState(tracestate) && { tracestate }
  return events.map((event) => ({ ...event, traceparent, ...state }))
}

const isTraceState = (text: string): boolean => {
  if (text.length > MAX_LENGTH) return false
  const members = text.split(',').map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
  return members.length <= MAX_MEMBERS && members.every((member) => member === '' || MEMBER.test(member))
}
