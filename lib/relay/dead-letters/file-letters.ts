import { constants } from 'node:buffer'
import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../../process/errors.ts'
import { type Letters, parsed, toLetter } from './letter.ts'
import { lockRedrive } from './redrive-lock.ts'

/**
 * The letters of a file of NDJSON and of the files that it was before a rotation. None of them is written to, as a function may
 * append to it at any time: `<file>.redriven` has a line for each letter that was redriven, a hash of the letter's own line. It
 * does not matter when a file is renamed, and of two lines that are alike one is redriven.
 *
 * @param maxLineBytes a longer line is skipped: JavaScript cannot hold it as a text
 * @throws ConfigError when there is no such file
 */
export const withFileLetters = async <Result>(
  url: URL,
  use: (letters: Letters) => Promise<Result>,
  maxLineBytes = constants.MAX_STRING_LENGTH,
): Promise<Result> => {
  const path = fileURLToPath(url)
  const marks = `${path}.redriven`
  const walk: Letters['walk'] = async (visit) => {
    const marked = await readFile(marks, 'utf8').catch(() => '')
    const seen = new Set(marked.split('\n'))
    let sidecar: FileHandle | undefined
    let index = 0
    let skipped = 0
    try {
      for await (const line of linesOf(path, maxLineBytes)) {
        const letter = toLetter(parsed(line?.toString() ?? ''), index)
        if (line === undefined || letter === undefined) {
          skipped++
          continue
        }
        const hash = createHash('sha256').update(line).digest('hex')
        if (seen.has(hash)) continue
        seen.add(hash)
        index++
        const verdict = await visit(letter)
        if (verdict === 'stop') break
        if (verdict === 'back') continue
        // The last mark may be incomplete.
        const separator = sidecar === undefined && !/^$|\n$/.test(marked) ? '\n' : ''
        sidecar ??= await open(marks, 'a', 0o640)
        await sidecar.write(`${separator}${hash}\n`)
        await sidecar.datasync()
      }
    } finally {
      await sidecar?.close()
    }
    return skipped
  }
  return use({ name: `file ${path}`, walk, hold: () => lockRedrive(path, `${marks}.lock`) })
}

const LINE_END = 10

/**
 * The lines of all files, the oldest first. The last line of the last one may be incomplete: its writer was killed, or is writing. Undefined
 * stands for a line that is too long.
 */
export async function* linesOf(path: string, maxBytes: number): AsyncGenerator<Buffer | undefined> {
  const files = await openAll(path)
  try {
    for (const file of files) {
      let parts: Buffer[] = []
      let length = 0
      const add = (part: Buffer): void => {
        length += part.length
        if (length <= maxBytes) parts.push(part)
        else parts = []
      }
      const line = (): Buffer | undefined => {
        const whole = length <= maxBytes ? Buffer.concat(parts) : undefined
        parts = []
        length = 0
        return whole
      }
      // Lines that are appended from now on are not read.
      const { size } = await file.stat()
      if (size === 0) continue
      for await (const chunk of file.createReadStream({ start: 0, end: size - 1, autoClose: false })) {
        let start = 0
        for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, start)) {
          add(chunk.subarray(start, end))
          if (length > 0) yield line()
          start = end + 1
        }
        add(chunk.subarray(start))
      }
      if (length > 0) yield line()
    }
  } finally {
    for (const file of files) await file.close()
  }
}

/** The present file is opened first: it may be renamed at any time, and is read once all the same. */
const openAll = async (path: string): Promise<readonly FileHandle[]> => {
  const present = await open(path, 'r').catch(() => undefined)
  const inode = (await present?.stat())?.ino
  const { dir, base, name, ext } = { ...parse(path), dir: dirname(path) }
  const names = await readdir(dir).catch(() => [])
  const earlier = names
    .filter((one) => one.startsWith(`${name}.`) && one.endsWith(ext) && one !== base)
    .filter((one) => ROTATED.test(one.slice(name.length + 1, one.length - ext.length)))
    .sort()
  const files: FileHandle[] = []
  for (const one of earlier) {
    const file = await open(join(dir, one), 'r')
    if ((await file.stat()).ino === inode) await file.close()
    else files.push(file)
  }
  if (present !== undefined) files.push(present)
  if (files.length === 0)
    throw new ConfigError(`there is no file of dead letters at ${path}: none was written yet, or it has another name`)
  return files
}

/** As the sink renames it (lib/sinks/ndjson-file.ts). */
const ROTATED = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(-\d+)?$/
