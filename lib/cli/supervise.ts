import cluster, { type Worker } from 'node:cluster'
import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from './package-root.ts'
import type { ServingReport, StopRequest, WorkerReport } from './serve-worker.ts'
import { prettyLine, servingText } from './serving-text.ts'
import { EXIT, type ExitCode, type Terminal } from './terminal.ts'

export type SuperviseOptions = {
  /** Names and paths. */
  readonly functions: readonly string[]
  readonly port: string | undefined
  /** Serve a new version after a change. */
  readonly watch: boolean
  readonly terminal: Terminal
}

/**
 * Serves functions in a worker process and makes its log readable on a terminal. After a change, a new worker takes over once
 * it listens, so no request is lost. If the new version does not start, its error is shown and the previous version goes on.
 */
export const supervise = async (options: SuperviseOptions): Promise<ExitCode> => {
  const { functions, port, watch, terminal } = options
  const { stdout, stderr, signal } = terminal
  const { promise: ended, resolve: end } = Promise.withResolvers<ExitCode>()
  const say = (text: string): void => {
    stdout.write(`${text}\n`)
  }

  let serving: Worker | undefined
  let starting: Worker | undefined

  const start = (): void => {
    starting?.process.kill('SIGKILL')
    const worker = cluster.fork()
    starting = worker
    show(worker, terminal)
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'loaded') files.add(report.file)
      else takeOver(worker, report)
    })
    worker.on('exit', (code) => over(worker, code))
  }

  const takeOver = (worker: Worker, report: ServingReport): void => {
    if (worker !== starting) return
    const before = serving
    serving = worker
    starting = undefined
    if (before !== undefined) stop(before, 'SIGINT')
    if (stdout.isTTY) say(before === undefined ? servingText(report, watch) : 'the new version is served')
  }

  const over = (worker: Worker, code: number): void => {
    if (worker !== starting && worker !== serving) return
    if (worker === serving) serving = undefined
    else starting = undefined
    if (signal.aborted || !watch) end(signal.aborted || code === 0 ? EXIT.done : EXIT.failed)
    else
      stderr.write(
        `tidings: waiting for a change${serving === undefined ? '' : '; the previous version is still served'}\n`,
      )
  }

  const files = watchFiles(watch ? start : () => {})
  for (const file of functions) files.add(resolve(file))
  cluster.setupPrimary({
    exec: join(packageRoot(), 'bin/tidings.cjs'),
    args: ['serve', ...functions, ...(port === undefined ? [] : ['--port', port])],
    execArgv: [],
    silent: true,
  })
  start()
  signal.addEventListener('abort', () => {
    const workers = [serving, starting].filter((worker) => worker !== undefined)
    for (const worker of workers) stop(worker, String(signal.reason))
    if (workers.length === 0) end(EXIT.done)
  })
  const code = await ended
  files.close()
  return code
}

const stop = (worker: Worker, reason: string): void => {
  const request: StopRequest = { kind: 'stop', reason }
  worker.send(request)
}

/** Passes on what a worker prints, line by line. */
const show = ({ process: { stdout: output, stderr: log } }: Worker, { stdout, stderr }: Terminal): void => {
  if (output === null || log === null) return
  createInterface(output).on('line', (line) => stdout.write(`${line}\n`))
  createInterface(log).on('line', (line) => {
    if (!stderr.isTTY) stderr.write(`${line}\n`)
    else if (!LISTENING.test(line)) stderr.write(`${prettyLine(line)}\n`)
  })
}

/** This line is left out on a terminal: `servingText` says the same in words. */
const LISTENING = /^\{"time":"[^"]+","level":"info","name":"host","message":"listening"/

type FileWatch = {
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
const watchFiles = (onChange: () => void): FileWatch => {
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
