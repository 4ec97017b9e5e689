import { DecodeError, toReasons } from '../process/errors.ts'
import { customResource } from './custom-resource-envelope.ts'
import type { Envelope, Open } from './envelope.ts'
import { httpFamilies } from './http-envelope.ts'
import { kafka } from './kafka-envelope.ts'
import { rabbitmq } from './rabbitmq-envelope.ts'
import { sns } from './sns-envelope.ts'
import { sqs } from './sqs-envelope.ts'

/** Tries the families in turn. An event that no family knows is the payload of a direct call. */
const opening =
  (...groups: readonly (readonly Envelope[])[]): Open =>
  (event) => {
    for (const families of groups) {
      for (const family of families) if (family.matches(event)) return family.open(event)
    }
    return direct.open(event)
  }

// Marked as pure, so that a bundle holds the families of its own function alone.

/** Opens the events by which notifications come. */
export const openNotifications = /* @__PURE__ */ opening(httpFamilies, [rabbitmq, kafka, sqs, sns])

/** Opens the events by which the provisioner is asked. No other function is to PUT to a URL that its event names. */
export const openRequests = /* @__PURE__ */ opening(httpFamilies, [customResource])

/**
 * Direct invocation: the event is the notification. Matches everything, so it stands last. Failure is thrown, because
 * that is what an invoker, and Lambda's asynchronous retries, understand.
 */
export const direct: Envelope = {
  name: 'direct',
  matches: (_event): _event is unknown => true,
  open: (event) => ({
    deliveries: [{ body: toBody(event), headers: {}, origin: { kind: 'direct' } }],
    seal: ([outcome]) => {
      if (outcome?.type === 'answer') return outcome.document
      if (outcome?.type !== 'ack') throw outcome?.error
      const { reasons: deadLetters, ...count } = toReasons(outcome.faults)
      return { outcome: 'ack', events: outcome.events, deadLetters, ...count }
    },
  }),
}

/** Back to the bytes that the invoker sent, so that one decoder reads them all. */
const toBody = (event: unknown): Buffer => {
  try {
    return Buffer.from(JSON.stringify(event))
  } catch (cause) {
    throw new DecodeError('the event is not a JSON document, or it is nested too deeply', { cause })
  }
}
