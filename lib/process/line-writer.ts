import { fstatSync, write, writeSync } from 'node:fs'
import { currentCapture } from './capture.ts'

/** Writes lines to a file descriptor. Lines of several writers in this process never mix. */
export type LineWriter = {
  /**
   * Resolves once the operating system has taken the lines.
   *
   * @throws the system's error, such as EPIPE or ENOSPC
   */
  write(lines: string): Promise<void>
  /**
   * For the log. Writes before it returns, because the process may end then. If another write is under way, the lines wait
   * their turn. Lines that the reader does not take are lost.
   */
  writeNow(lines: string): void
}

/**
 * Uses the file descriptor instead of process.stdout and process.stderr: those take 5 ms to set up, and they end the process
 * when their reader goes away.
 */
export const lineWriter = (fileDescriptor: number): LineWriter => {
  const file = openFileOf(fileDescriptor)
  return {
    write: async (lines) => {
      const capture = currentCapture()
      if (capture === undefined) return file.append(fileDescriptor, Buffer.from(lines))
      capture.write(fileDescriptor, lines)
    },
    writeNow: (lines) => {
      const capture = currentCapture()
      if (capture === undefined) file.appendNow(fileDescriptor, Buffer.from(lines))
      else capture.write(fileDescriptor, lines)
    },
  }
}

type OpenFile = {
  append(fileDescriptor: number, lines: Buffer): Promise<void>
  appendNow(fileDescriptor: number, lines: Buffer): void
}

const openFiles = new Map<string, OpenFile>()

/** Two descriptors may be one file: stdout and stderr under `2>&1`. */
const openFileOf = (fileDescriptor: number): OpenFile => {
  const identity = identityOf(fileDescriptor)
  const file = openFiles.get(identity) ?? createOpenFile()
  openFiles.set(identity, file)
  return file
}

const identityOf = (fileDescriptor: number): string => {
  try {
    const { dev, ino } = fstatSync(fileDescriptor)
    return `${dev}:${ino}`
  } catch {
    return `closed:${fileDescriptor}`
  }
}

const createOpenFile = (): OpenFile => {
  let last: Promise<void> = Promise.resolve()
  let waitingBytes = 0
  let isTorn = false

  const framed = (lines: Buffer): Buffer => (isTorn ? Buffer.concat([LINE_END, lines]) : lines)

  /** The bytes that were not written yet. */
  const after = (bytes: Buffer, count: number): Buffer => {
    if (count > 0) isTorn = bytes[count - 1] !== LINE_END[0]
    return bytes.subarray(count)
  }

  const finish = async (fileDescriptor: number, bytes: Buffer): Promise<void> => {
    for (let rest = bytes; rest.length > 0; ) rest = after(rest, await writeSome(fileDescriptor, rest))
  }

  const inTurn = (size: number, work: () => Promise<void>): Promise<void> => {
    waitingBytes += size
    const done = last.then(work).finally(() => {
      waitingBytes -= size
    })
    last = done.catch(() => {})
    return done
  }

  const finishNow = (fileDescriptor: number, bytes: Buffer): void => {
    let rest = bytes
    try {
      while (rest.length > 0) rest = after(rest, writeSync(fileDescriptor, rest))
    } catch (error) {
      if (isFull(error)) inTurn(rest.length, () => finish(fileDescriptor, rest)).catch(() => {})
    }
  }

  return {
    append: (fileDescriptor, lines) => inTurn(lines.length, () => finish(fileDescriptor, framed(lines))),
    appendNow: (fileDescriptor, lines) => {
      if (waitingBytes === 0) finishNow(fileDescriptor, framed(lines))
      else if (waitingBytes < MAX_WAITING_BYTES) {
        inTurn(lines.length, () => finish(fileDescriptor, framed(lines))).catch(() => {})
      }
    },
  }
}

const LINE_END = Buffer.from('\n')

/** When a reader stops reading but stays open, log lines beyond this size are lost. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/** A write to a pipe that another process made non-blocking fails with EAGAIN while the reader is slow. */
const FULL_PIPE_PAUSE_MS = 1

const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EAGAIN'

const writeSome = (fileDescriptor: number, bytes: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    write(fileDescriptor, bytes, (error, count) => {
      if (!error) resolve(count)
      else if (isFull(error)) setTimeout(resolve, FULL_PIPE_PAUSE_MS, 0)
      else reject(error)
    })
  })
