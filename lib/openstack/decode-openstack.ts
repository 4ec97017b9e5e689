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
import type { NovaNotifications } from './nova-dialects.ts'
import { isTwin } from './nova-dialects.ts'
import { type OpenstackEvent, openstackEvent } from './openstack-event.ts'
import { documentsIn } from './reading/documents.ts'
import { jsonIn } from './reading/read-json.ts'
import { unwrap } from './reading/unwrap.ts'

/**
 * Reads OpenStack notifications in every form there is (docs/openstack.md): one of them, or a list, off whatever carries them. In a
 * list, an item that cannot be understood is a fault, and its siblings live.
 *
 * Remote procedure calls are left out, and so is, by choice, one of nova's two dialects where the other tells the same.
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
    // Where none is a notification, neither is the whole.
    if (hasCode<NotANotificationError>(first, 'not_a_notification') && failed === documents.length) throw first
    return { events, faults: withRest(faults, failed), dropped } satisfies Decoded
  }
}

/** A dead letter with thousands of reasons helps nobody. */
const MAX_FAULTS = 10

const withRest = (faults: readonly TidingsError[], failed: number): readonly TidingsError[] =>
  failed === faults.length
    ? faults
    : [...faults, new SchemaError(`${failed - faults.length} more items cannot be read either`)]

const twinFilter = (kept: NovaNotifications): ((event: OpenstackEvent) => boolean) => {
  if (kept === 'both') return () => false
  return ({ data }) =>
    data.service === 'nova' && isTwin(data) && (data.format === 'versioned') !== (kept === 'versioned')
}
