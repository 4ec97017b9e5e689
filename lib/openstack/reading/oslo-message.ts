import * as z from 'zod/mini'
import { wireSchema } from '../../process/wire-schema.ts'

/**
 * A notification as oslo.messaging's Notifier sends it, in an envelope or, with the driver `messaging`, bare. Unknown fields
 * are accepted; they are not even read, which is faster than a loose object. Some fields of the request's context,
 * `_context_*`, are read elsewhere.
 *
 * ```json
 * {"message_id":"7c1e…","publisher_id":"network.ctl7","event_type":"port.delete.start","priority":"INFO",
 *  "payload":{"port_id":"p1"},"timestamp":"2026-03-04 05:06:07.000123","_unique_id":"9f…","_context_request_id":"req-1"}
 * ```
 *
 * Source: https://opendev.org/openstack/oslo.messaging/src/branch/master/oslo_messaging/notify/notifier.py and
 * test/fixtures/openstack. Only the event type is required. Every other field has been seen missing or null.
 */
const text = z.optional(z.nullable(z.string()))

export const OsloMessage = wireSchema(
  z.object({
    /** A UUID with dashes, the same for each topic that gets the message. */
    message_id: text,
    /** `service.host` or `binary:host`; null from octavia. */
    publisher_id: text,
    event_type: z.string().check(z.minLength(1, 'expected a non-empty string')),
    /** In upper case. `SAMPLE` from ceilometer. */
    priority: text,
    /** Any JSON: usually an object; glance also sends a text, ceilometer a list. */
    payload: z.optional(z.unknown()),
    /** UTC without a zone. */
    timestamp: text,
  }),
)
export type OsloMessage = z.infer<typeof OsloMessage> & Readonly<Record<string, unknown>>

/** The envelope of version 2 (oslo_messaging/_drivers/common.py). Calls have it too. The message is JSON in a text. */
export const OsloEnvelope = wireSchema(
  z.object({
    'oslo.version': z.string().check(z.regex(/^2\.0+$/, 'expected 2.0, the only version that is known')),
    'oslo.message': z.union([z.string(), z.object({})], 'expected a JSON text'),
  }),
)
export type OsloEnvelope = z.infer<typeof OsloEnvelope>

/**
 * Whether a message is a remote procedure call or a reply to one. A binding with `#` copies them all, with the live token of
 * the caller (oslo_messaging/rpc/client.py, _drivers/amqpdriver.py).
 */
export const isRpc = (message: Readonly<Record<string, unknown>>): boolean => {
  if ('event_type' in message) return false
  if (typeof message.method === 'string') return CALL.some((name) => name in message)
  return '_unique_id' in message || '_msg_id' in message ? REPLY.some((name) => name in message) : false
}

const CALL = ['args', 'namespace', 'version', '_unique_id', '_msg_id', '_reply_q']
const REPLY = ['result', 'failure', 'ending', '_reply_q', '_msg_id']
