import type { Delivery } from '../../core/delivery.ts'
import { type Budget, takeItems } from '../../process/budget.ts'
import { NotANotificationError } from '../../process/errors.ts'
import { isObject } from './notification.ts'
import { isRpc } from './oslo-message.ts'
import { innerJson, itemsOf, membersOf, type PythonJson } from './read-json.ts'
import { isAlarm, isSample } from './telemetry.ts'

/** One document of a body, with the information from its carriers. */
export type Document = {
  readonly json: PythonJson
  /** The path in the body, for errors. */
  readonly path: readonly PropertyKey[]
  /** From the carrier if it names it, otherwise from the delivery. */
  readonly exchange: string | undefined
  /** The request id of the delivery, if it has one. */
  readonly requestId: string | undefined
  /** The context of the request that caused the notification, if a carrier has it. */
  readonly context: Readonly<Record<string, unknown>>
}

/** No known setup nests carriers deeper. */
const MAX_LEVELS = 4

/**
 * The documents of a body: the items of a list, each without its carriers (docs/openstack.md, "What comes in"). A carrier
 * without a notification is a document itself; the reader reports what it lacks.
 *
 * @throws NotANotificationError for an empty list
 * @throws DecodeError for more items than the budget allows
 */
export const documentsIn = (json: PythonJson, delivery: Delivery, budget: Budget): readonly Document[] => {
  const whole: Document = {
    json,
    path: [],
    exchange: exchangeOf(delivery),
    requestId: delivery.headers['x-openstack-request-id'],
    context: {},
  }
  if (!Array.isArray(json.value)) return unwrapped(whole, budget, 0) ?? [whole]
  if (json.value.length === 0) throw new NotANotificationError('the list is empty: expected notifications')
  return itemsIn(whole, json.value, budget).flatMap((item) => unwrapped(item, budget, 0) ?? item)
}

/** The notifications in a document and its carriers. Undefined if there is none. */
const unwrapped = (document: Document, budget: Budget, level: number): readonly Document[] | undefined => {
  const { json, path } = document
  const { value } = json
  if (isObject(value)) {
    if (isNotification(value)) return [document]
    return level < MAX_LEVELS ? fromCarrier(document, value, budget, level) : undefined
  }
  if (level >= MAX_LEVELS) return undefined
  if (typeof value === 'string') {
    const inner = innerJson(value, budget)
    return inner && unwrapped({ ...document, json: inner, path }, budget, level + 1)
  }
  if (!Array.isArray(value)) return undefined
  const items = itemsIn(document, value, budget)
  const all = items.map((item) => unwrapped(item, budget, level + 1))
  return all.some((found) => found !== undefined) ? items.flatMap((item, index) => all[index] ?? item) : undefined
}

const isNotification = (value: Readonly<Record<string, unknown>>): boolean =>
  'event_type' in value ||
  'oslo.message' in value ||
  'oslo.version' in value ||
  isRpc(value) ||
  isSample(value) ||
  isAlarm(value)

const itemsIn = (document: Document, list: readonly unknown[], budget: Budget): readonly Document[] => {
  takeItems(budget, list.length)
  const { json, path, ...told } = document
  return itemsOf(json, list).map((item, index) => ({ ...told, json: item, path: [...path, index] }))
}

/**
 * The members that carriers put their content in:
 *
 * | member     | carrier |
 * |------------|---------|
 * | `request`  | oslo.messaging's AMQP 1.0 driver (impl_amqp1), with `context` beside it |
 * | `body`     | Argo Events, Zaqar, a message of SQS |
 * | `payload`  | RabbitMQ's management API and tracing plugin, Kafka Connect, Spring Cloud Stream, Pulsar's WebSocket |
 * | `message`  | Logstash, Fluentd, Vector, Filebeat, Pub/Sub (with `data` inside) |
 * | `log`      | Fluent Bit |
 * | `value`    | Kafka's REST proxies, OpenWhisk |
 * | `data`     | a CloudEvent that lacks an attribute, Event Grid, Dapr |
 * | `detail`   | EventBridge |
 * | `Message`  | SNS over HTTP |
 * | `event`    | Splunk's HTTP event collector, Logstash (with `original` inside) |
 * | `_source`  | Elasticsearch and OpenSearch |
 * | `records`, `Records`, `messages` | lists of these |
 */
const MEMBERS = [
  'request',
  'body',
  'payload',
  'message',
  'log',
  'value',
  'data',
  'data_base64',
  'detail',
  'Message',
  'event',
  'original',
  '_source',
  'records',
  'Records',
  'messages',
]

const fromCarrier = (
  document: Document,
  carrier: Readonly<Record<string, unknown>>,
  budget: Budget,
  level: number,
): readonly Document[] | undefined => {
  const { exchange, context } = carrier
  const told: Document = {
    ...document,
    ...(typeof exchange === 'string' && exchange !== '' && { exchange }),
    ...(isObject(context) && { context }),
  }
  const names = MEMBERS.filter((name) => Object.hasOwn(carrier, name))
  if (names.length === 0) return undefined
  const memberOf = membersOf(document.json, carrier)
  for (const name of names) {
    const inner = { ...told, json: memberOf(name), path: [...document.path, name] }
    const found = unwrapped(inner, budget, level + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** The exchange that a message came by, if the relay, a CloudEvent or a connector's header tells it. */
export const exchangeOf = ({ origin, headers }: Delivery): string | undefined => {
  const told = origin.kind === 'amqp' ? origin.exchange : undefined
  return told || HEADERS.map((name) => headers[name]).find(Boolean)
}

/** Headers of our relay, CloudEvents, OpenFaaS' connector, Camel (its older name last) and Spring AMQP. */
const HEADERS = [
  'x-amqp-exchange',
  'ce-amqpexchange',
  'x-rabbitmq-exchange',
  'camelrabbitmqexchangename',
  'rabbitmq.exchange_name',
  'amqp_receivedexchange',
]
