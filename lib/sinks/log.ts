import type { Writable } from 'node:stream'
import { SinkUnavailableError } from '../errors.ts'
import type { Sink } from './sink.ts'

/** Writes each event as one line of JSON (NDJSON), and resolves once the stream has taken it. */
export const createLogSink = (stream: Writable): Sink => {
  // A reader that went away is told by the write's callback; without a listener it would also end the process.
  if (stream.listenerCount('error') === 0) stream.on('error', () => {})
  return {
    deliver: (events) =>
      new Promise((resolve, reject) => {
        const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('')
        stream.write(lines, (cause) => {
          if (cause) reject(new SinkUnavailableError('log: the stream takes no more lines', { cause }))
          else resolve()
        })
      }),
  }
}
