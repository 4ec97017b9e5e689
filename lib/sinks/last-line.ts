import type { FileHandle } from 'node:fs/promises'
import { ConfigError } from '../process/errors.ts'
import { isJson } from '../process/json-text.ts'

/**
 * Repairs an incomplete last line, which a writer that was killed leaves: an event that is complete gets its line end, and a part of
 * an event is cut off. Its sender was not told that it was taken.
 *
 * @throws ConfigError when the file ends with anything else: it is not a file of events
 */
export const completeLastLine = async (handle: FileHandle): Promise<void> => {
  const { size } = await handle.stat()
  const tail = await tailOf(handle, size)
  if (tail.length === 0) return
  const text = tail.toString()
  if (isJson(text)) await handle.write('\n')
  else if (text.startsWith(START.slice(0, text.length))) await handle.truncate(size - tail.length)
  else
    throw new ConfigError(
      'the file that the sink would append to ends with a line that is not an event: name another file',
    )
}

const START = '{"'
const LINE_END = 10
const CHUNK = 65_536

/** The bytes after the last line end. */
const tailOf = async (handle: FileHandle, size: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for (let end = size; end > 0; end -= CHUNK) {
    const length = Math.min(CHUNK, end)
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, end - length)
    const lineEnd = buffer.lastIndexOf(LINE_END)
    chunks.unshift(buffer.subarray(lineEnd + 1))
    if (lineEnd !== -1) break
  }
  return Buffer.concat(chunks)
}
