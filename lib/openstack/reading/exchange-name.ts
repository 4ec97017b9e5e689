import type { Delivery } from '../../core/delivery.ts'

/** The exchange that a message came by, where its way tells: the relay, a CloudEvent, a connector's header. */
export const exchangeOf = ({ origin, headers }: Delivery): string | undefined => {
  const told = origin.kind === 'amqp' ? origin.exchange : undefined
  return told || HEADERS.map((name) => headers[name]).find(Boolean)
}

/** Of our relay, CloudEvents, OpenFaaS' connector, Camel (its older name last), Spring AMQP. */
const HEADERS = [
  'x-amqp-exchange',
  'ce-amqpexchange',
  'x-rabbitmq-exchange',
  'camelrabbitmqexchangename',
  'rabbitmq.exchange_name',
  'amqp_receivedexchange',
]
