/** How much a relay takes at once. Messages in hand are bounded by their number and by their bytes. */
export type Intake = {
  /** Messages to ask the broker for: fewer while messages are large. */
  readonly prefetch: number
  readonly maxBytes: number
  seen(bytes: number): void
}

/** After a large message, so much of its size is still expected of the next one. */
const MEMORY = 0.99

export const createIntake = (prefetch: number, maxBytes: number): Intake => {
  let large = 0
  return {
    maxBytes,
    get prefetch() {
      return Math.min(prefetch, Math.max(1, Math.floor(maxBytes / Math.max(large, 1))))
    },
    seen(bytes) {
      large = Math.max(bytes, large * MEMORY)
    },
  }
}
