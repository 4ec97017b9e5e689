import type { CloudEvent } from '../core/cloudevent.ts'

/** How a message carries an event: attributes as headers beside the data, or the event as one JSON document. */
export const MESSAGE_MODES = ['binary', 'structured'] as const
export type MessageMode = (typeof MESSAGE_MODES)[number]

export type PrefixedMessage = {
  readonly contentType: string
  /** The attributes in binary mode. Empty in structured mode. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * An event as a message of a transport whose headers have names with a prefix: `cloudEvents:` in AMQP, `ce_` in Kafka, `ce-` in NATS.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export const prefixed = (event: CloudEvent, mode: MessageMode, prefix: string): PrefixedMessage => {
  if (mode === 'structured')
    return { contentType: 'application/cloudevents+json', headers: {}, body: Buffer.from(JSON.stringify(event)) }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(event)) {
    if (name !== 'data' && name !== 'datacontenttype') headers[prefix + name] = String(value)
  }
  return { contentType: event.datacontenttype, headers, body: Buffer.from(JSON.stringify(event.data)) }
}
