import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { HttpMessage } from '../../cloudevents/http-message.ts'
import type { RelayMessage } from '../relay-message.ts'

/**
 * A message as an HTTP request: a CloudEvent in structured mode (CloudEvents HTTP binding 1.0.2, 3.2), so that any function
 * can read where the message came from, and the same as headers, for those that look at headers only.
 */
export const toRequest = (message: RelayMessage): HttpMessage => {
  const metadata = metadataOf(message)
  return {
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'tidings-relay',
      ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amqp-${name}`, headerValue(value)])),
    },
    body: toCloudEvent(message, metadata),
  }
}

const metadataOf = ({ exchange, routingKey, queue, redelivered }: RelayMessage) => ({
  exchange,
  'routing-key': routingKey,
  queue,
  redelivered: String(redelivered),
})

const toCloudEvent = (message: RelayMessage, metadata: ReturnType<typeof metadataOf>): string => {
  const { body, vhost, queue, redelivered, properties } = message
  const contentType = properties.contentType ?? 'application/json'
  const attributes = {
    specversion: '1.0',
    id: properties.messageId || identityOf(message),
    source: `/amqp/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`,
    type: 'dev.tidings.amqp.message',
    datacontenttype: contentType,
    // An attribute of CloudEvents is never empty; the default exchange's name is.
    ...(metadata.exchange && { amqpexchange: metadata.exchange }),
    ...(metadata['routing-key'] && { amqproutingkey: metadata['routing-key'] }),
    amqpqueue: queue,
    amqpredelivered: redelivered,
  }
  const text = JSON_TYPE.test(contentType) && isUtf8(body) ? body.toString() : undefined
  if (text === undefined || !isJson(text))
    return JSON.stringify({ ...attributes, data_base64: body.toString('base64') })
  // The body stays as it came, because parsing would lose large numbers and repeated names.
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${text}}`
}

const JSON_TYPE = /^application\/(json|[\w.-]+\+json)\b/i

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** AMQP gives no identity, and a redelivery must have the same. */
const identityOf = ({ exchange, routingKey, body }: RelayMessage): string =>
  createHash('sha256').update(`${exchange}\0${routingKey}\0`).update(body).digest('base64url')

/** Percent-encodes all characters but printable ASCII, and also space, `"` and `%`: the HTTP binding, 3.1.3.2. */
const headerValue = (text: string): string =>
  text.toWellFormed().replace(/[^\x21-\x7e]|["%]/gu, (character) => encodeURIComponent(character))
