import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { ConfigError } from '../../process/errors.ts'

/**
 * Takes the lock of the redrives of a file: a file with the number of the process and its host, which only one process can create.
 * The lock of a process of this host that has died is taken over. Returns what gives the lock back.
 *
 * @throws ConfigError when another process holds it, or it cannot be written
 */
export const lockRedrive = async (path: string, lock: string): Promise<() => Promise<void>> => {
  const own = `${process.pid} ${hostname()}`
  while (!(await isCreated(lock, own))) {
    const found = await readFile(lock, 'utf8').catch(() => undefined)
    // It was given back just now.
    if (found === undefined) continue
    const { pid, host } = /^(?<pid>[1-9]\d{0,9}) (?<host>\S+)$/.exec(found)?.groups ?? {}
    if (host !== hostname() || isAlive(Number(pid))) {
      const holder = pid === undefined ? 'an unknown process' : `process ${pid} on ${host}`
      throw new ConfigError(
        `another redrive of ${path} is under way: ${holder} holds ${lock}. Wait until it has ended; if there is no such process any more, remove that file`,
      )
    }
    await removeStale(lock, found)
  }
  return () => rm(lock, { force: true })
}

const isCreated = async (lock: string, own: string): Promise<boolean> => {
  try {
    await writeFile(lock, own, { flag: 'wx', mode: 0o640 })
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return false
    throw new ConfigError(`${lock} cannot be written: ${code}`, { cause: error })
  }
}

/** A lock with the number of this process is of one before it: in a container each command may get the same number. */
const isAlive = (pid: number): boolean => {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user may not be signalled.
    return codeOf(error) !== 'ESRCH'
  }
}

/** Another process may have removed it in the meantime, and hold its own lock now: that one is put back. */
const removeStale = async (lock: string, stale: string): Promise<void> => {
  const aside = `${lock}.${process.pid}`
  try {
    await rename(lock, aside)
  } catch {
    return
  }
  if ((await readFile(aside, 'utf8')) === stale) await rm(aside)
  else await rename(aside, lock)
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
