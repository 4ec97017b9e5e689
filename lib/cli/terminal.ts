import type { Readable } from 'node:stream'

/** The surroundings of a command: its arguments, environment, streams. */
export type Terminal = {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
  /** Aborted when the command is to stop; the reason is the name of the signal that the process got. */
  readonly signal: AbortSignal
}

export type Output = { readonly isTTY?: boolean; write(text: string): unknown }

export const EXIT = { done: 0, failed: 1, pending: 2 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Error thrown when a command line is wrong or incomplete. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A foreign text without the characters that would control the terminal. */
export const printable = (text: string): string => text.replaceAll(/(?![\n\t])\p{Cc}/gu, '\u{fffd}')
