import { write } from 'node:fs'
import { SinkUnavailableError } from '../errors.ts'
import type { Sink } from './sink.ts'

/**
 * Writes each event as one line of JSON (NDJSON), and resolves once the operating system has taken it. By file descriptor,
 * not through process.stdout, which costs a process 5 ms to set up.
 */
export const createLogSink = (fileDescriptor: number): Sink => {
  let last: Promise<void> = Promise.resolve()
  return {
    deliver: (events) => {
      const lines = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
      // One after the other, so that no line stands inside another one.
      const written = last.then(() => writeAll(fileDescriptor, lines))
      last = written.catch(() => {})
      return written
    },
  }
}

const writeAll = async (fileDescriptor: number, bytes: Buffer): Promise<void> => {
  let rest = bytes
  while (rest.length > 0) rest = rest.subarray(await writeSome(fileDescriptor, rest))
}

/** A pipe that another process set to non-blocking says EAGAIN while its reader is slow. */
const FULL_PIPE_PAUSE_MS = 5

const writeSome = (fileDescriptor: number, bytes: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    write(fileDescriptor, bytes, (cause, count) => {
      if (!cause) resolve(count)
      else if (cause.code === 'EAGAIN') setTimeout(resolve, FULL_PIPE_PAUSE_MS, 0)
      else reject(new SinkUnavailableError('log: nobody takes the lines any more', { cause }))
    })
  })
