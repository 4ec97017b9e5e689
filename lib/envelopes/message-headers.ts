/**
 * Properties of a queue's message as headers of a delivery: names in lower case, values that repeat joined by a comma,
 * CloudEvents' attributes as `ce-*` whatever the queue's prefix for them is. Absent values are left out.
 */
export const messageHeaders = (
  properties: readonly (readonly [name: string, value: string | undefined])[],
): Record<string, string> => {
  const headers = new Map<string, string>()
  for (const [name, value] of properties) {
    if (value === undefined) continue
    const header = name.toLowerCase().replace(PREFIX, 'ce-')
    const before = headers.get(header)
    headers.set(header, before === undefined ? value : `${before}, ${value}`)
  }
  // Not by assignment: a header may be called __proto__.
  return Object.fromEntries(headers)
}

/**
 * `cloudEvents:` and `cloudEvents_`: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md#3131-amqp-application-property-names;
 * `ce_`: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#3231-property-names
 */
const PREFIX = /^(?:cloudevents[:_]|ce_)/

/** Bytes as Java counts them, -128 to 127, or as everybody else does. */
export const textOfBytes = (bytes: unknown): string | undefined =>
  Array.isArray(bytes) && bytes.every(Number.isInteger) ? Buffer.from(bytes).toString() : undefined
