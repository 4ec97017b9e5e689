import { type FileHandle, open, rename, stat } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'
import { ConfigError } from '../process/errors.ts'
import { completeLastLine } from './last-line.ts'

export type NdjsonOptions = {
  /** A file that would become larger is renamed first. */
  readonly maxBytes: number
  /** The file is renamed with the first write of a day (UTC). */
  readonly daily: boolean
  /** Whether a write ends with fsync. */
  readonly syncs: boolean
  readonly now: () => Date
}

export type NdjsonFile = {
  /**
   * Appends whole lines. Lines that come during a write are written together after it.
   *
   * @param isOver once it is true, nobody waits for the lines: they are not written
   * @throws the system's error, such as ENOSPC: then the file has not one of the lines
   */
  append(lines: string, isOver?: () => boolean): Promise<void>
}

type OpenFile = { readonly handle: FileHandle; readonly inode: number; size: number; day: string }

const EMPTY = Buffer.of()

/** Only one process may write to the file. */
export const createNdjsonFile = (path: string, options: NdjsonOptions): NdjsonFile => {
  let waiting: Waiting[] = []
  let isWriting = false
  let file: OpenFile | undefined

  const close = async (): Promise<void> => {
    const { handle } = file ?? {}
    file = undefined
    await handle?.close()
  }

  const current = async (): Promise<OpenFile> => {
    // Somebody may have moved, cut or removed it.
    const found = await stat(path).catch(() => undefined)
    // A pipe or a device cannot be synced or cut, so each event would come again after it was written.
    if (found !== undefined && !found.isFile() && !found.isDirectory())
      throw new ConfigError('the sink can append to a regular file only, got a pipe or a device: use log: for stdout')
    const { ino = 0, size = 0 } = found ?? {}
    if (file !== undefined && (file.inode !== ino || file.size !== size)) await close()
    file ??= await openFile(path)
    return file
  }

  const ready = async (length: number): Promise<OpenFile> => {
    const found = await current()
    const isFull = found.size > 0 && found.size + length > options.maxBytes
    const isOfAnotherDay = found.size > 0 && options.daily && found.day !== dayOf(options.now())
    if (!isFull && !isOfAnotherDay) return found
    await close()
    await rename(path, await freeName(path, options.now()))
    const next = await current()
    if (options.syncs) await syncFolder(path)
    return next
  }

  const write = async (lines: string): Promise<void> => {
    const length = Buffer.byteLength(lines)
    const target = await ready(length)
    try {
      // A text is written without a copy of it in this process. A disk that is nearly full takes a part.
      const { bytesWritten } = await target.handle.write(lines)
      for (let rest = bytesWritten < length ? Buffer.from(lines).subarray(bytesWritten) : EMPTY; rest.length > 0; )
        rest = rest.subarray((await target.handle.write(rest)).bytesWritten)
      if (options.syncs) await target.handle.datasync()
    } catch (error) {
      // Part of the lines may be there. A full disk still lets a file be cut.
      await target.handle.truncate(target.size).catch(() => {})
      // After a failed fsync nobody knows which part of the file is on the disk.
      await close().catch(() => {})
      throw error
    }
    target.size += length
    target.day = dayOf(options.now())
  }

  const writeAll = async (): Promise<void> => {
    isWriting = true
    while (waiting.length > 0) {
      const group = waiting.filter(({ isOver }) => !isOver())
      for (const { isOver, reject } of waiting) if (isOver()) reject(new Error('not written'))
      waiting = []
      if (group.length === 0) continue
      try {
        await write(group.map(({ lines }) => lines).join(''))
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    isWriting = false
  }

  return {
    append(lines, isOver = () => false) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ lines, isOver, resolve, reject })
      if (!isWriting) void writeAll()
      return promise
    },
  }
}

type Waiting = {
  readonly lines: string
  readonly isOver: () => boolean
  resolve(): void
  reject(error: unknown): void
}

const openFile = async (path: string): Promise<OpenFile> => {
  const handle = await open(path, 'a+', 0o640)
  try {
    await completeLastLine(handle)
    const { ino, size, mtime } = await handle.stat()
    return { handle, inode: ino, size, day: dayOf(mtime) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10)

/** `events.ndjson` becomes `events.2026-11-26T05-31-12-123Z.ndjson`. */
const freeName = async (path: string, now: Date): Promise<string> => {
  const { dir, name, ext } = parse(path)
  const stem = join(dir, `${name}.${now.toISOString().replaceAll(/[:.]/g, '-')}`)
  for (let count = 0; ; count++) {
    const candidate = count === 0 ? `${stem}${ext}` : `${stem}-${count}${ext}`
    if (!(await exists(candidate))) return candidate
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** A new name is on the disk once its folder is. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}
