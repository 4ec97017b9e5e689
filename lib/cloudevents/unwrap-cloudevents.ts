import type { Decode, Decoded, DecodePart } from '../core/decoder.ts'
import type { Delivery } from '../core/delivery.ts'
import { type Budget, createBudget, takeItems } from '../process/budget.ts'
import {
  AuthenticationError,
  DecodeError,
  type ErrorCode,
  hasCode,
  NotANotificationError,
  SchemaError,
  type TidingsError,
  toTidingsError,
} from '../process/errors.ts'
import { type Item, innerDelivery, isWrittenEvent, missingIn, open } from './written-event.ts'

/** No known setup nests CloudEvents deeper. */
const MAX_WRAPPINGS = 3

/**
 * Unwraps CloudEvents in JSON that contain a notification: one event (structured mode) or a batch. Each becomes a delivery of
 * its own, with its data as the body and its attributes as `ce-*` headers, as if it had come in binary mode. Data in JSON
 * keeps its exact text. The content type identifies them, or their shape if there is no content type.
 *
 * Other bodies go to the decoder unchanged, so that a decoder with a secret asks for it. In a batch, an item that cannot be
 * read is a fault, and the other items are decoded. If a secret is required, every item must show it.
 */
export const unwrapping = (decode: DecodePart): Decode => {
  const read = (delivery: Delivery, wrappings: number, budget: Budget): Decoded => {
    const opened = wrappings < MAX_WRAPPINGS ? open(delivery) : undefined
    if (opened === undefined) return decode(delivery, budget)
    const readItem = ({ value, source }: Item): Decoded =>
      isWrittenEvent(value)
        ? read(innerDelivery(value, source, delivery), wrappings + 1, budget)
        : readPlain((plain) => decode(plain, budget), { ...delivery, body: Buffer.from(source) }, missingIn(value))
    const { batch, items } = opened
    const readOne = decode.checksSecret ? orRefusal : orFault
    if (decode.checksSecret)
      refusing('the batch is too long to be read, so its opaqueData cannot be checked', () =>
        takeItems(budget, items.length),
      )
    else takeItems(budget, items.length)
    return joined(items.map((item, index) => (batch ? readOne(index, () => readItem(item)) : readItem(item))))
  }
  return (delivery) => read(delivery, 0, createBudget())
}

/** An item that is not a CloudEvent can be a notification with the wrong content type. */
const readPlain = (decode: Decode, delivery: Delivery, field: string | undefined): Decoded => {
  try {
    return decode(delivery)
  } catch (cause) {
    if (hasCode<AuthenticationError>(cause, 'unauthorized') || field === undefined) throw cause
    throw new NotANotificationError(`${field}: expected a text, which every CloudEvent has`, { field, cause })
  }
}

const orFault = (index: number, read: () => Decoded): Decoded => {
  try {
    return locatedIn(index, read())
  } catch (thrown) {
    const error = toTidingsError(thrown)
    if (hasCode<AuthenticationError>(error, 'unauthorized') || error.status >= 500) throw thrown
    return { events: [], faults: [located(error, index)] }
  }
}

const orRefusal = (index: number, read: () => Decoded): Decoded =>
  refusing(`event ${index} of the batch has no valid opaqueData`, () => locatedIn(index, read()))

/** A body that cannot be read has shown no secret. As a fault it would let any caller write dead letters. */
const refusing = <Result>(message: string, read: () => Result): Result => {
  try {
    return read()
  } catch (cause) {
    const error = toTidingsError(cause)
    if (hasCode<AuthenticationError>(error, 'unauthorized') || error.status >= 500) throw cause
    throw new AuthenticationError(message, { cause })
  }
}

const locatedIn = (index: number, { faults, ...decoded }: Decoded): Decoded => ({
  ...decoded,
  faults: faults.map((fault) => located(fault, index)),
})

const KINDS = new Map<ErrorCode, new (message: string, options: object) => TidingsError>([
  ['schema_mismatch', SchemaError],
  ['decode_failed', DecodeError],
  ['not_a_notification', NotANotificationError],
])

/** The dead letter contains the whole batch, so its reason has to name the item. */
const located = (fault: TidingsError, index: number): TidingsError => {
  const Kind = KINDS.get(fault.code)
  if (Kind === undefined) return fault
  const field = fault.field === undefined ? String(index) : `${index}.${fault.field}`
  return new Kind(`event ${index} of the batch: ${fault.message}`, { field, cause: fault })
}

const joined = (all: readonly Decoded[]): Decoded => {
  const [only] = all
  if (all.length === 1 && only !== undefined) return only
  return {
    events: all.flatMap(({ events }) => events),
    faults: all.flatMap(({ faults }) => faults),
    dropped: all.flatMap(({ dropped = [] }) => dropped),
  }
}
