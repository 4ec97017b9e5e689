import type { DropReason } from '../../delivery.ts'
import { NotANotificationError, TidingsError } from '../../errors.ts'
import { createBudget } from '../budget.ts'
import type { Decoded, DecodePart } from '../decode.ts'
import { isTwin } from './describing/nova-twins.ts'
import { type OpenstackEvent, openstackEvent } from './event.ts'
import type { NovaNotifications } from './nova-notifications.ts'
import { textOf } from './reading/body.ts'
import { exchangeOf } from './reading/exchange.ts'
import { type PythonJson, parsePython } from './reading/parse.ts'
import { memberOf, unwrap } from './reading/unwrap.ts'

/**
 * Reads OpenStack notifications in every form there is (docs/openstack.md): one of them, or a list, which is what ceilometer's
 * HTTP publisher sends. In a list, what cannot be understood is a fault, and its siblings live.
 *
 * Remote procedure calls are left out, and so is, by choice, one of nova's two dialects where the other tells the same.
 */
export const createOpenstackDecoder = ({
  novaNotifications,
}: {
  readonly novaNotifications: NovaNotifications
}): DecodePart => {
  const isUnwanted = twinFilter(novaNotifications)

  const read = (json: PythonJson, path: readonly PropertyKey[], exchange: string | undefined): Read => {
    const notification = unwrap(json, path)
    if (notification === 'rpc') return 'rpc'
    const event = openstackEvent(notification, exchange)
    return isUnwanted(event) ? 'filtered' : event
  }

  return (delivery, budget = createBudget()) => {
    const json = parsePython(textOf(delivery.body, budget), 'the body')
    const exchange = exchangeOf(delivery)
    if (!Array.isArray(json.value)) return decodedOf([orFault(() => read(json, [], exchange))])
    if (json.value.length === 0) throw new NotANotificationError('the list is empty: expected notifications')
    return decodedOf(json.value.map((_, index) => orFault(() => read(memberOf(json, index), [index], exchange))))
  }
}

type Read = OpenstackEvent | DropReason

const decodedOf = (parts: readonly (Read | TidingsError)[]): Decoded => {
  const faults = parts.filter((part) => part instanceof TidingsError)
  const [first] = faults
  // Where none is a notification, neither is the whole.
  if (first instanceof NotANotificationError && faults.length === parts.length) throw first
  return {
    events: parts.filter(isEvent),
    faults,
    dropped: parts.filter((part) => typeof part === 'string'),
  }
}

const isEvent = (part: Read | TidingsError): part is OpenstackEvent =>
  typeof part === 'object' && !(part instanceof TidingsError)

const orFault = <Value>(run: () => Value): Value | TidingsError => {
  try {
    return run()
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
}

const twinFilter = (kept: NovaNotifications): ((event: OpenstackEvent) => boolean) => {
  if (kept === 'both') return () => false
  return ({ data }) =>
    data.service === 'nova' && isTwin(data) && (data.format === 'versioned') !== (kept === 'versioned')
}
