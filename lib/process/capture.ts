import type { AsyncLocalStorage } from 'node:async_hooks'

/** What takes the lines and events of the work that a test runs. */
export type Capture = {
  /** In place of the file descriptor. */
  readonly write: (fileDescriptor: number, lines: string) => void
  /** Events on their way to a handler or a sink. */
  readonly handOn: (events: readonly unknown[]) => void
}

/** Registered for the whole process, so that `tidings/testing` reaches every copy of this package. */
const CAPTURES = Symbol.for('tidings.captures')

type Captures = { [CAPTURES]?: AsyncLocalStorage<Capture> }

/** Of the work that is running. Undefined outside tests. */
export const currentCapture = (): Capture | undefined => (globalThis as Captures)[CAPTURES]?.getStore()

/** @param create called once a process, by a test, so that no function pays for it */
export const capturesOf = (create: () => AsyncLocalStorage<Capture>): AsyncLocalStorage<Capture> => {
  const global = globalThis as Captures
  global[CAPTURES] ??= create()
  return global[CAPTURES]
}
