import { fileURLToPath } from 'node:url'
import type { Sink } from '../core/sink.ts'
import { isTidingsError } from '../process/errors.ts'
import { type AttemptOptions, codeOf, createClientSink, placeOf, unavailable } from './attempts.ts'
import { createNdjsonFile, type NdjsonFile } from './ndjson-file.ts'
import type { Parameters } from './sink-parameters.ts'

/** The functions of a process may have the same file. */
const files = new Map<string, NdjsonFile>()

/** Appends each event to a file as one line of JSON (NDJSON). */
export const createFileSink = (
  url: URL,
  { maxSize = Number.POSITIVE_INFINITY, rotate, sync }: Parameters<'file:'>,
  options: AttemptOptions,
): Sink => {
  const path = fileURLToPath(url)
  const file =
    files.get(path) ??
    createNdjsonFile(path, {
      maxBytes: maxSize,
      daily: rotate === 'day',
      syncs: sync === 'always',
      now: () => new Date(),
    })
  files.set(path, file)
  const where = placeOf(url)
  const send = async (lines: readonly string[]) => {
    try {
      await file.append(lines.join(''))
      return lines.map(() => undefined)
    } catch (error) {
      if (isTidingsError(error)) throw error
      const failure = unavailable(`${where}: the events cannot be written (${codeOf(error)})`, error)
      return lines.map(() => failure)
    }
  }
  return createClientSink(
    { where, send: (events) => send(events.map((event) => `${JSON.stringify(event)}\n`)) },
    options,
  )
}
