import type { Outcome } from '../core/delivery.ts'
import { SchemaError } from '../process/errors.ts'
import type { Opened } from './envelope.ts'

/**
 * Whether each of `count` messages has to come again. A single outcome speaks for all: something failed before any of them
 * was looked at.
 */
export const failures = (outcomes: readonly Outcome[], count: number): readonly boolean[] =>
  Array.from({ length: count }, (_, index) => isFailure(outcomes.length === 1 ? outcomes[0] : outcomes[index]))

/**
 * The answer where only the whole batch can fail: what became of it, in numbers, for whoever looks.
 *
 * @throws TidingsError of the first message that has to come again
 */
export const summarize = (outcomes: readonly Outcome[]) => {
  for (const outcome of outcomes) {
    if (outcome.type === 'retry' || outcome.type === 'reject') throw outcome.error
  }
  const acks = outcomes.filter((outcome) => outcome.type === 'ack')
  return {
    outcome: 'ack',
    messages: outcomes.length,
    events: acks.reduce((sum, { events }) => sum + events.length, 0),
    deadLetters: acks.filter(({ faults }) => faults.length > 0).length,
  }
}

/** A batch without its messages: there is nothing that could be set aside, so the platform is told. */
export const unreadable = (field: string, expected: string): Opened => ({
  deliveries: [],
  refusal: new SchemaError(`${field}: expected ${expected}`, { field }),
  seal: summarize,
})

/**
 * A message without its body, as it came: no decoder reads it as a notification, so it becomes a dead letter. One that is
 * nested so deeply that it cannot be written has an empty body; it must not keep the others of its batch from being handled.
 */
export const brokenBody = (message: unknown): Buffer => {
  try {
    return Buffer.from(JSON.stringify(message) ?? '')
  } catch {
    return Buffer.alloc(0)
  }
}

/** The value as a list. A value that is not a list becomes the only item, which is then set aside like any broken message. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** A message without an outcome was not handled. */
const isFailure = (outcome: Outcome | undefined): boolean =>
  outcome === undefined || outcome.type === 'retry' || outcome.type === 'reject'

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

/** Bytes as signed numbers, as in Java (-128 to 127), or as unsigned numbers. */
export const textOfBytes = (bytes: unknown): string | undefined =>
  Array.isArray(bytes) && bytes.every(Number.isInteger) ? Buffer.from(bytes).toString() : undefined
