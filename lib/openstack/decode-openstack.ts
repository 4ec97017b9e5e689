import type { Decoded, DecodePart } from '../core/decoder.ts'
import type { DropReason } from '../core/delivery.ts'
import { createBudget } from '../process/budget.ts'
import {
  hasCode,
  isTidingsError,
  type NotANotificationError,
  SchemaError,
  type TidingsError,
} from '../process/errors.ts'
import { type OpenstackEvent, openstackEvent } from './openstack-event.ts'
import { isTwin, type NovaNotifications } from './openstack-settings.ts'
import { documentsIn } from './reading/documents.ts'
import { jsonIn } from './reading/read-json.ts'
import { unwrap } from './reading/unwrap.ts'

/**
 * Reads OpenStack notifications in all their forms (docs/openstack.md): a single one or a list, without the carriers around
 * them. In a list, an item that cannot be read is a fault; the other items are decoded.
 *
 * Remote procedure calls are dropped. By choice, one of nova's two formats is dropped as well, if the other one has the same
 * notification.
 */
export const createOpenstackDecoder = ({
  novaNotifications,
}: {
  readonly novaNotifications: NovaNotifications
}): DecodePart => {
  const isUnwanted = twinFilter(novaNotifications)

  return (delivery, budget = createBudget()) => {
    const events: OpenstackEvent[] = []
    const dropped: DropReason[] = []
    const faults: TidingsError[] = []
    let failed = 0
    const documents = documentsIn(jsonIn(delivery.body, budget), delivery, budget)
    for (const document of documents) {
      try {
        const notifications = unwrap(document, budget)
        if (notifications === 'rpc') dropped.push('rpc')
        else {
          for (const notification of notifications) {
            const event = openstackEvent(notification, document.exchange)
            if (isUnwanted(event)) dropped.push('filtered')
            else events.push(event)
          }
        }
      } catch (error) {
        if (!isTidingsError(error)) throw error
        failed++
        if (faults.length < MAX_FAULTS) faults.push(error)
      }
    }
    const [first] = faults
    // If no document is a notification, the delivery is not one either.
    if (hasCode<NotANotificationError>(first, 'not_a_notification') && failed === documents.length) throw first
    return { events, faults: withRest(faults, failed), dropped } satisfies Decoded
  }
}

/** A dead letter with thousands of reasons is useless. */
const MAX_FAULTS = 10

const withRest = (faults: readonly TidingsError[], failed: number): readonly TidingsError[] =>
  failed === faults.length
    ? faults
    : [...faults, new SchemaError(`${failed - faults.length} more items cannot be read`)]

const twinFilter = (kept: NovaNotifications): ((event: OpenstackEvent) => boolean) => {
  if (kept === 'both') return () => false
  return ({ data }) =>
    data.service === 'nova' && isTwin(data) && (data.format === 'versioned') !== (kept === 'versioned')
}
