import type { AsyncLocalStorage } from 'node:async_hooks'

/** Receives the lines and events of the work that a test runs. */
export type Capture = {
  /** Called instead of writing to the file descriptor. */
  readonly write: (fileDescriptor: number, lines: string) => void
  /** Events on their way to a handler or a sink. */
  readonly handOn: (events: readonly unknown[]) => void
}

/** Registered for the whole process, so that `tidings/testing` reaches every copy of this package. */
const CAPTURES = Symbol.for('tidings.captures')

type Captures = { [CAPTURES]?: AsyncLocalStorage<Capture> }

/** The capture of the current test. Undefined outside tests. */
export const currentCapture = (): Capture | undefined => (globalThis as Captures)[CAPTURES]?.getStore()

/** @param create called once per process, and only in tests, so that functions in production do not pay for it */
export const capturesOf = (create: () => AsyncLocalStorage<Capture>): AsyncLocalStorage<Capture> => {
  const global = globalThis as Captures
  global[CAPTURES] ??= create()
  return global[CAPTURES]
}
