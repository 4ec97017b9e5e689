import type { Sink } from '../core/sink.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { lineWriter } from '../process/line-writer.ts'

/** Writes each event as one line of JSON (NDJSON), and resolves once the operating system has taken it. */
export const createLogSink = (fileDescriptor: number): Sink => {
  const writer = lineWriter(fileDescriptor)
  return {
    deliver: async (events) => {
      try {
        await writer.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
      } catch (cause) {
        throw new SinkUnavailableError(
          'log: the lines could not be written: check what reads this output, and the disk',
          { cause },
        )
      }
    },
  }
}
