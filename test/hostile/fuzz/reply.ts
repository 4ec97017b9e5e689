/** What became of a call of a function in target.ts. */
export type Reply = {
  readonly index: number
  /** The function's answer. */
  readonly result?: unknown
  /** The error that it threw. */
  readonly thrown?: { readonly code: unknown; readonly text: string }
  /** Of all threads of the process. */
  readonly cpuMs: number
}

/** A line that stands in both outputs behind all that a call wrote. */
export const endOf = (index: number): string => JSON.stringify({ fuzzed: index })
