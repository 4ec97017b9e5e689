import { fileURLToPath } from 'node:url'
import type { Sink } from '../core/sink.ts'
import { isTidingsError } from '../process/errors.ts'
import { type Answer, type AttemptOptions, codeOf, createClientSink, placeOf, unavailable } from './attempts.ts'
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
  return createClientSink(
    {
      where,
      send: async (events, tell, isOver) => {
        const lines = events.map((event) => `${JSON.stringify(event)}\n`)
        let answer: Answer
        try {
          await file.append(lines.join(''), isOver)
        } catch (error) {
          if (isTidingsError(error)) throw error
          const code = codeOf(error)
          const remedy = code === 'ENOENT' ? ': create the folder' : ''
          answer = unavailable(`${where}: the events cannot be written (${code})${remedy}`, error)
        }
        for (const index of events.keys()) tell(index, answer)
      },
    },
    options,
  )
}
