import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

export type FileWatch = {
  /** From now on, a change of this file counts. */
  add(file: string): void
  close(): void
}

/** An editor that saves all files writes several at once. */
const QUIET_MS = 50

/**
 * Calls `onChange` once the files have changed and are quiet again. Their folders are watched, because editors put a new file in the
 * place of the old one.
 */
export const watchFiles = (onChange: () => void): FileWatch => {
  const folders = new Map<string, { readonly names: Set<string>; readonly watcher: FSWatcher }>()
  let timer: NodeJS.Timeout | undefined
  const changed = (): void => {
    clearTimeout(timer)
    timer = setTimeout(onChange, QUIET_MS)
  }
  const open = (folder: string) => {
    const names = new Set<string>()
    const watcher = watch(folder, (_event, name) => {
      if (name === null || names.has(name)) changed()
    })
    // A folder that is taken away.
    watcher.on('error', () => watcher.close())
    return { names, watcher }
  }
  return {
    add: (file) => {
      const folder = dirname(file)
      const watched = folders.get(folder) ?? open(folder)
      folders.set(folder, watched)
      watched.names.add(basename(file))
    },
    close: () => {
      clearTimeout(timer)
      for (const { watcher } of folders.values()) watcher.close()
    },
  }
}
