import { customResource } from './custom-resource-envelope.ts'
import { direct } from './direct-envelope.ts'
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
