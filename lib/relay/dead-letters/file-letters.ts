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
 * @throws ConfigError when there is no such file
 */
export const withFileLetters = async <Result>(
  url: URL,
  use: (letters: Letters) => Promise<Result>,
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
      for await (const line of linesOf(path)) {
        const letter = toLetter(parsed(line.toString()), index)
        if (letter === undefined) {
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
        // The last mark may be torn.
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

/** The lines of all files, the oldest first. The end of the last one may be torn: its writer was killed, or is writing. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const files = await openAll(path)
  try {
    for (const file of files) {
      let rest: Buffer = Buffer.of()
      // Lines that are appended from now on are not read.
      const { size } = await file.stat()
      if (size === 0) continue
      for await (const chunk of file.createReadStream({ start: 0, end: size - 1, autoClose: false })) {
        rest = Buffer.concat([rest, chunk])
        let start = 0
        for (let end = rest.indexOf(LINE_END); end !== -1; end = rest.indexOf(LINE_END, start)) {
          if (end > start) yield rest.subarray(start, end)
          start = end + 1
        }
        rest = rest.subarray(start)
      }
      if (rest.length > 0) yield rest
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
