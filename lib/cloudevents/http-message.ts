import type { CloudEvent } from '../core/cloudevent.ts'

/** The part of an HTTP request that contains events. */
export type HttpMessage<Body = string> = { readonly headers: Readonly<Record<string, string>>; readonly body: Body }

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#32-structured-content-mode */
export const structured = (events: readonly CloudEvent[], body: string): HttpMessage => ({
  headers: { 'content-type': 'application/cloudevents+json', ...trace(events) },
  body,
})

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#33-batched-content-mode */
export const batched = (events: readonly CloudEvent[], texts: readonly string[]): HttpMessage => ({
  headers: { 'content-type': 'application/cloudevents-batch+json', ...trace(events) },
  body: `[${texts.join(',')}]`,
})

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode */
export const binary = (event: CloudEvent): HttpMessage => {
  const { data, datacontenttype, ...attributes } = event
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, percentEncoded(String(value))])
  return {
    headers: { ...Object.fromEntries(headers), 'content-type': datacontenttype, ...trace([event]) },
    body: JSON.stringify(data),
  }
}

/** Encodes space, `"`, `%` and everything outside printable ASCII (section 3.1.3.2 of the binding). */
export const percentEncoded = (value: string): string =>
  value.replace(/[^\x21\x23\x24\x26-\x7e]+/gu, (run) =>
    [...Buffer.from(run)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )

/**
 * The headers of a request, with CloudEvents' attributes as the sender's event has them (section 3.1.3.2 of the binding): without
 * quotes, and percent-decoded once. Bytes that are not UTF-8 stay encoded: the notification is in the body, so nothing is refused.
 */
export const withDecodedAttributes = (headers: HttpMessage['headers']): HttpMessage['headers'] => {
  let decoded: Record<string, string> | undefined
  for (const name in headers) {
    const value = name.startsWith('ce-') ? headers[name] : undefined
    if (typeof value !== 'string' || !ENCODED.test(value)) continue
    decoded ??= { ...headers }
    decoded[name] = percentDecoded(unquoted(value))
  }
  return decoded ?? headers
}

const ENCODED = /^"|%/

/** Older senders quote a value: https://www.rfc-editor.org/rfc/rfc7230#section-3.2.6 */
const unquoted = (value: string): string =>
  value.replace(/^"((?:[^"\\]|\\.)*)"$/s, (_, text: string) => text.replace(/\\(.)/gs, '$1'))

const percentDecoded = (value: string): string =>
  value.replace(/(?:%[\da-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })

/** The request continues the trace of the events, if all of them have the same one. */
const trace = (events: readonly CloudEvent[]): Record<string, string> => {
  const { traceparent, tracestate } = events[0] ?? {}
  if (traceparent === undefined || events.some((event) => event.traceparent !== traceparent)) return {}
  return { traceparent, ...(tracestate !== undefined && { tracestate }) }
}
