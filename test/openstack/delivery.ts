import type { Delivery } from '../../lib/core/delivery.ts'
import { createOpenstackDecoder } from '../../lib/openstack/decode-openstack.ts'
import type { OpenstackEvent } from '../../lib/openstack/openstack-event.ts'

/** A body as it comes straight from its queue, or over a way that hides the exchange. */
export const deliver = (body: string | Buffer, exchange?: string): Delivery => ({
  body: Buffer.from(body),
  headers: {},
  origin: { kind: 'amqp', queue: 'tidings', redelivered: false, exchange },
})

export const decode = createOpenstackDecoder({ novaNotifications: 'both' })

/** The only event of a body. */
export const eventOf = (body: string | Buffer | object, exchange?: string): OpenstackEvent => {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const { events, faults } = decode(deliver(text, exchange))
  const [event] = events
  if (event === undefined || events.length > 1 || faults.length > 0) throw new Error(`not one event: ${faults}`)
  return event as OpenstackEvent // The decoder makes no others.
}
