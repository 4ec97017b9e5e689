import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadFunction } from '../hosts/load-function.ts'
import type { Serving } from '../hosts/serve.ts'
import { routesFile } from '../sinks/routes/routes-config.ts'

/** The message of the serving process to its supervisor. */
export type WorkerReport = { readonly kind: 'loaded'; readonly file: string } | ServingReport

export type ServingReport = Omit<Serving, 'shutDown'> & {
  readonly kind: 'serving'
  /** Whose notifications the first function is for. */
  readonly product: 'ceph' | 'openstack'
}

/** The supervising process asks the one that serves to stop, with the signal that it got itself. */
export type StopRequest = { readonly kind: 'stop'; readonly reason: string }

const report = (message: WorkerReport): void => {
  process.send?.(message)
}

/** The file of routes counts as one that was loaded. */
export const reportRoutesFile = (): void => {
  const file = routesFile(process.env)
  if (file !== undefined && !file.trimStart().startsWith('{')) report({ kind: 'loaded', file: resolve(file) })
}

/** Reports every file that is loaded from now on, except files of installed packages. */
export const reportLoadedFiles = (): void => {
  registerHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:') && !url.includes('/node_modules/'))
        report({ kind: 'loaded', file: fileURLToPath(url) })
      return next(url, context)
    },
  })
}

/** @param first name or path of the first function */
export const reportServing = async ({ port, address, names }: Serving, first: string): Promise<void> => {
  const { handler } = await loadFunction(first)
  report({ kind: 'serving', port, address, names, product: handler.notifications ?? 'ceph' })
}

/** Aborts when the supervising process asks for it. Without such a process it never aborts. */
export const stopRequested = (): AbortSignal => {
  const stop = new AbortController()
  process.on('message', ({ kind, reason }: StopRequest) => {
    if (kind === 'stop') stop.abort(reason)
  })
  // Alone, a channel that is listened to would keep the process.
  process.channel?.unref()
  return stop.signal
}
