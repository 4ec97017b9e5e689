import { WORDS } from '../core/condition.ts'
import { suggestion } from '../process/did-you-mean.ts'

// Checks a function's definition as the type checker does, for functions that run without it. A misspelled option, a filter with
// an undefined value or a missing handler would lose events, and nobody would notice.

/** The names of a type's fields, so that the compiler knows when one is left out. */
export type Fields<Type> = Readonly<Record<keyof Required<Type>, true>>

/** The values of the fields of a filter: a test, tests by the names of values, or another value. */
export type FilterFields<Type> = Readonly<Record<keyof Required<Type>, 'test' | 'tests' | 'regex' | 'plain'>>

/**
 * @param make the function that was called. The error's stack begins with its caller
 * @throws TypeError for an option that does not exist, or with a value that it cannot have
 */
export const checkOptions = <Options extends object>(
  product: string,
  options: Options & { readonly concurrency?: unknown; readonly orderBy?: unknown },
  known: Fields<Options>,
  orders: string,
  make: (...given: never) => unknown,
): void => {
  const { concurrency = 1, orderBy = orders } = options
  const refuse = (fault: string): TypeError => faultAt(`${product}(): ${fault}`, make)
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) throw refuse(`there is no option '${unknown}'.${suggestion(unknown, Object.keys(known))}`)
  if (!Number.isSafeInteger(concurrency) || Number(concurrency) < 1)
    throw refuse(`concurrency must be a whole number from 1, got ${shown(concurrency)}`)
  if (orderBy !== orders) throw refuse(`orderBy must be '${orders}', got ${shown(orderBy)}`)
}

export type GivenRoute = { readonly pattern: unknown; readonly filter: unknown; readonly handle: unknown }

/**
 * @param on the function that was called. The error's stack begins with its caller
 * @throws TypeError for a route that would never match, or match what it must not
 */
export const checkRoute = <Filter extends object>(
  { pattern, filter, handle }: GivenRoute,
  known: FilterFields<Filter>,
  on: (...given: never) => unknown,
): void => {
  const fault = patternFault(pattern) ?? filterFault(filter, known) ?? handlerFault(handle)
  if (fault !== undefined) throw faultAt(`.on(${shown(pattern)}): ${fault}`, on)
}

/** @throws TypeError when it is not a function, and for a second one, which would take the place of the first */
export const checkFallback = (handle: unknown, hasOne: boolean, otherwise: (...given: never) => unknown): void => {
  const fault = handlerFault(handle) ?? (hasOne ? 'the function has one already: remove one of the two' : undefined)
  if (fault !== undefined) throw faultAt(`.otherwise: ${fault}`, otherwise)
}

const patternFault = (pattern: unknown): string | undefined =>
  typeof pattern === 'string' && pattern !== '' ? undefined : 'the name of the event must be a text'

const handlerFault = (handle: unknown): string | undefined =>
  typeof handle === 'function'
    ? undefined
    : handle === undefined
      ? 'the handler is missing: add a function'
      : `the handler must be a function, got ${shown(handle)}`

const filterFault = (filter: unknown, known: Readonly<Record<string, string>>): string | undefined => {
  if (filter === undefined) return 'the handler is missing: add a function'
  if (!isObject(filter)) return `the filter must be an object, got ${shown(filter)}`
  const unknown = Object.keys(filter).find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) return `there is no filter '${unknown}'.${suggestion(unknown, Object.keys(known))}`
  const missing = missingIn(filter, '')
  if (missing !== undefined) return missing
  for (const [name, value] of Object.entries(filter)) {
    if (known[name] === 'regex' && !(value instanceof RegExp))
      return `the filter '${name}' must be a regular expression such as /^in\\//, got ${shown(value)}`
    const tests = known[name] === 'tests' && isObject(value) ? Object.entries(value) : []
    if (known[name] === 'test') tests.push([name, value])
    for (const [at, test] of tests) {
      const fault = wordFault(at, test)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

/** A misspelled word would let every value pass. */
const wordFault = (name: string, test: unknown): string | undefined => {
  if (!isObject(test)) return Array.isArray(test) ? firstOf(test, (one) => wordFault(name, one)) : undefined
  const unknown = Object.keys(test).find((word) => !WORDS.some((known) => known === word))
  if (unknown !== undefined)
    return `the filter '${name}' has no test '${unknown}': use one of ${WORDS.join(', ')}.${suggestion(unknown, WORDS)}`
  return firstOf(['any', 'all', 'not'], (word) => wordFault(name, test[word]))
}

const firstOf = <Item>(items: readonly Item[], faultOf: (item: Item) => string | undefined): string | undefined => {
  for (const item of items) {
    const fault = faultOf(item)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** An undefined value, such as that of an environment variable that is not set, would match every event. */
const missingIn = (filter: Readonly<Record<string, unknown>>, path: string): string | undefined => {
  for (const [name, value] of Object.entries(filter)) {
    const values = Array.isArray(value) ? value : [value]
    const missing = values.includes(undefined) ? 'undefined' : value === null && path === '' ? 'null' : ''
    if (missing !== '')
      return `the filter '${path}${name}' is ${missing}: give it a value, or leave it out to match all`
    const inner = firstOf(values.filter(isObject), (one) => missingIn(one, `${path}${name}.`))
    if (inner !== undefined) return inner
  }
  return undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp)

const shown = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : typeof value === 'object' && value !== null ? 'an object' : String(value)

const faultAt = (message: string, caller: (...given: never) => unknown): TypeError => {
  const error = new TypeError(message)
  Error.captureStackTrace(error, caller)
  return error
}
