import { direct } from './direct-envelope.ts'
import type { Envelope, Opened } from './envelope.ts'

/** Opens a platform's event, whichever family it is of. */
export type Open = (event: unknown) => Opened

/** One family as a function: undefined for the events of others. */
export const family =
  <Event>(envelope: Envelope<Event>) =>
  (event: unknown): Opened | undefined =>
    envelope.matches(event) ? envelope.open(event) : undefined

/** The families in turn. What none of them knows was invoked directly. */
export const opening =
  (families: readonly ReturnType<typeof family>[]): Open =>
  (event) => {
    for (const openIfMine of families) {
      const opened = openIfMine(event)
      if (opened) return opened
    }
    return direct.open(event)
  }
