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
 * A message without its body, as it came: no decoder takes it for a notification, so it becomes a dead letter. One that is
 * nested so deeply that it cannot be written has an empty body; it must not keep the others of its batch from being handled.
 */
export const brokenBody = (message: unknown): Buffer => {
  try {
    return Buffer.from(JSON.stringify(message) ?? '')
  } catch {
    return Buffer.alloc(0)
  }
}

/** What should be a list. Anything else stands as the one thing in it, and is set aside like any broken message. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** A message that nobody gave an outcome was not handled. */
const isFailure = (outcome: Outcome | undefined): boolean =>
  outcome === undefined || outcome.type === 'retry' || outcome.type === 'reject'
