import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copiesOf, type ImageConfig, type Images, targetOf } from './images.ts'

/** No engine: the image's own command line, environment and user, in a file system that holds what the image holds. */
export type Container = {
  /** Has the pid of the ENTRYPOINT's own process. */
  readonly process: ChildProcess
  readonly output: { readonly stdout: string; readonly stderr: string }
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Runs another command inside, as `docker exec -e` does; resolves to its exit code. */
  exec(command: readonly string[], environment?: Readonly<Record<string, string>>): Promise<number>
}

export type ContainerOptions = {
  readonly images: Images
  /** Empty for a stage without a name. */
  readonly target: string
  /** The folder that `docker build` is given, for what the Dockerfile copies from there. */
  readonly context?: string
  /** As `-e` of `docker run`. */
  readonly environment?: Readonly<Record<string, string>>
  /** In place of CMD. */
  readonly args?: readonly string[]
  /** Files to mount, by their path inside. */
  readonly mounts?: Readonly<Record<string, string>>
  /** The watchdog that stands in for the image which ships it. */
  readonly watchdog?: string
}

type TestEnd = { after(end: () => void): void }

const dist = fileURLToPath(new URL('../../../dist', import.meta.url))

/**
 * Starts what an image starts: as its user, without privileges, on a root file system that is read-only but for /tmp, and
 * that holds the C library, node and what the Dockerfile copies: no shell. Takes root, to mount and to become that user.
 */
export const startContainer = (t: TestEnd, options: ContainerOptions): Container => {
  const { config } = targetOf(options.images, options.target)
  const root = layOut(options)
  const command = [...(config.Entrypoint ?? []), ...(options.args ?? config.Cmd ?? [])]
  const child = spawn(
    'unshare',
    ['--mount', 'sh', '-euc', MOUNT, root, process.execPath, ...inside(root, config, command)],
    {
      env: environmentOf(config, options.environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      // It leads a process group of its own, which holds what it starts: a watchdog that is killed leaves its function behind.
      detached: true,
    },
  )
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  t.after(async () => {
    killGroup(child)
    await exited
    rmSync(root, { recursive: true })
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  }
  return {
    process: child,
    output,
    exited,
    exec: (args, environment) => {
      const enter = ['--mount', '--target', String(child.pid), ...inside(root, config, args)]
      const env = environmentOf(config, { ...options.environment, ...environment })
      return new Promise((done) => execFile('nsenter', enter, { env }, (error) => done(error ? Number(error.code) : 0)))
    },
  }
}

/** Kills a container with all that it started, as an engine does. */
const killGroup = ({ pid = 0 }: ChildProcess): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nothing of the group is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** `$0` is the root, `$1` node. Mounts are seen by this process and its children alone, and go with them. */
const MOUNT = `
mount --bind "$0" "$0"
for folder in lib lib64; do mount --bind -o ro "/usr/$folder" "$0/usr/$folder"; done
mount --bind "$1" "$0/usr/local/bin/node"
shift
for device in null urandom; do mount --bind "/dev/$device" "$0/dev/$device"; done
mount -t proc proc "$0/proc"
mount -o remount,bind,ro "$0"
mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
exec "$@"
`

const inside = (root: string, { User = 'root' }: ImageConfig, command: readonly string[]): string[] => [
  ...['setpriv', '--no-new-privs', '--pdeathsig', 'KILL'],
  ...['chroot', `--userspec=${User}`, '--groups=', root, ...command],
]

const environmentOf = ({ Env = [] }: ImageConfig, given: Readonly<Record<string, string>> = {}) => ({
  ...Object.fromEntries(Env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
  ...given,
})

const layOut = ({ images, target, mounts = {}, watchdog = '', context = '' }: ContainerOptions): string => {
  const root = mkdtempSync(join(tmpdir(), 'tidings-image-'))
  chmodSync(root, 0o755)
  for (const folder of ['dev', 'proc', 'tmp', 'usr/bin', 'usr/lib', 'usr/lib64', 'usr/local/bin', 'app']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  for (const folder of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${folder}`, join(root, folder))
  for (const file of ['dev/null', 'dev/urandom', 'usr/local/bin/node']) writeFileSync(join(root, file), '')
  for (const { copy = [], to = '', from } of copiesOf(images, target)) {
    const built = (source: string) => [from === 'watchdog' ? watchdog : join(dist, basename(source))]
    const given = (source: string) => globSync(source, { cwd: context }).map((file) => join(context, file))
    for (const file of copy.flatMap(from === undefined ? given : built))
      copyFileSync(file, to.endsWith('/') ? join(root, resolve('/app', to), basename(file)) : join(root, to))
  }
  for (const [path, source] of Object.entries(mounts)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    cpSync(source, join(root, path), { recursive: true })
  }
  return root
}
