import type { Delivery } from '../../../delivery.ts'

/** The exchange that a message came by, where its way tells: the relay, a CloudEvent, a connector's header. */
export const exchangeOf = ({ origin, headers }: Delivery): string | undefined => {
  const told = origin.kind === 'amqp' ? origin.exchange : undefined
  const exchange = told ?? headers['x-amqp-exchange'] ?? headers['ce-amqpexchange'] ?? headers['x-rabbitmq-exchange']
  return exchange === '' ? undefined : exchange
}
