/** One value, or any of a list. */
export type OneOf<Value> = Value | readonly Value[]

/** Tells whether one of the allowed values matches. Without allowed values everything matches. */
export const isOneOf = <Value>(allowed: OneOf<Value> | undefined, holds: (value: Value) => boolean): boolean => {
  if (allowed === undefined) return true
  // Array.isArray does not narrow a readonly list.
  return Array.isArray(allowed) ? (allowed as readonly Value[]).some(holds) : holds(allowed as Value)
}

/** The same for each of several names. */
export const hasAll = <Value>(
  asked: Readonly<Record<string, OneOf<Value>>> = {},
  holds: (name: string, value: Value) => boolean,
): boolean => Object.entries(asked).every(([name, allowed]) => isOneOf(allowed, (value) => holds(name, value)))
