import cluster from 'node:cluster'
import { once } from 'node:events'
import { readHostConfig } from '../hosts/host-settings.ts'
import { loadFunction } from '../hosts/load-function.ts'
import { serve } from '../hosts/serve.ts'
import { endOnUncaught } from '../hosts/uncaught.ts'
import { readConfig } from '../kit/config.ts'
import { closeAll } from '../process/at-shutdown.ts'
import { createLogger } from '../process/log.ts'
import { together } from '../process/settings.ts'
import { giveRoutes } from '../sinks/routes/routes-file.ts'
import { doubtsAbout } from './doubts.ts'
import { failureText } from './outcome-text.ts'
import { type Command, flag, parseCommandLine, text } from './run-command.ts'
import { reportLoadedFiles, reportRoutesFile, reportServing, stopRequested } from './serve-worker.ts'
import { supervise } from './supervise.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const USAGE = `Usage: tidings serve <file>... [options]
       tidings serve --help`

const HELP = `${USAGE}

Serves functions over HTTP, as a container does. A function is a JavaScript or TypeScript module that exports a handler, or one of
ceph-notifications, openstack-notifications and ceph-provisioner. A single function is served at every path, several at /<name>.

Options:
  --port <port>   default: PORT, else 8080. 0 takes a free port
  --watch         load the function again when one of its files changes
  -h, --help

Settings are environment variables, such as AUTH_TOKENS. Without a token only this machine may call. The log is text on a terminal,
elsewhere one JSON object per line.

Examples:
  tidings serve ./photos.ts --watch
  tidings serve ./photos.ts ./servers.ts --port 9000

Exit code: 0 stopped; 1 the function cannot be served.
`

const run = async (terminal: Terminal): Promise<ExitCode> => {
  const { values, positionals: functions } = parseCommandLine(terminal.args, { port: text, watch: flag })
  const [first] = functions
  if (first === undefined) throw new UsageError('name the file of a function, for example ./photos.ts')
  const { watch = false, port } = values
  const isWorker = cluster.isWorker
  if (!isWorker && (watch || terminal.stderr.isTTY)) return supervise({ functions, port, watch, terminal })
  const { env, stderr } = terminal
  try {
    if (isWorker) reportRoutesFile()
    await giveRoutes(process.env)
    const environment = port === undefined ? env : { ...env, PORT: port }
    const { config, host } = together({
      config: () => readConfig(environment),
      host: () => readHostConfig(environment),
    })
    if (isWorker) reportLoadedFiles()
    const serving = await serve(config, host, functions)
    using _ = endOnUncaught()
    await tellDoubts(functions)
    if (isWorker) await reportServing(serving, first)
    const signal = AbortSignal.any([terminal.signal, stopRequested()])
    if (!signal.aborted) await once(signal, 'abort')
    // A worker also stops when a newer version replaces it.
    if (!isWorker) createLogger('host').info({ signal: signal.reason }, 'shutting down')
    // At a terminal there is no platform that has to stop sending requests first.
    await serving.shutDown(signal.reason === 'SIGTERM' ? host.shutdownGraceMs : 0)
    await closeAll()
    return EXIT.done
  } catch (error) {
    stderr.write(failureText(error, false))
    return EXIT.failed
  }
}

const tellDoubts = async (functions: readonly string[]): Promise<void> => {
  for (const nameOrPath of functions) {
    const { name, handler } = await loadFunction(nameOrPath)
    for (const doubt of doubtsAbout(handler)) createLogger(name).warn({}, doubt)
  }
}

export const serveCommand: Command = { usage: USAGE, help: HELP, run }
