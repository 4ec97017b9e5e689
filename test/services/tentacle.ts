// Ceph 20 (Tentacle) and RabbitMQ 4.3 on Debian 12, which has 16 and 3.10 only: the packages of a newer Debian in a directory,
// kept between runs.
import { execFileSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const suite = 'forky'
const packages = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common', 'rabbitmq-server']
const ceph = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'ceph-authtool', 'monmaptool']
/** Where they are inside. RabbitMQ's are those behind Debian's wrappers, which would drop to a user of their own. */
const commands = new Map([
  ...[...ceph, 'epmd'].map((command) => [command, `/usr/bin/${command}`] as const),
  ...['rabbitmq-server', 'rabbitmqctl'].map((command) => [command, `/usr/lib/rabbitmq/bin/${command}`] as const),
])

/**
 * A directory to put first in PATH: its commands are those of the newer Ceph and RabbitMQ. Building takes about two minutes the first
 * time, a gigabyte, root and `debootstrap`.
 */
export function tentacleCommands(): string {
  const root = resolve(process.env.TIDINGS_TENTACLE_DIR ?? '.cache/tentacle')
  if (!isBuilt(root)) build(root)
  const directory = mkdtempSync(join(tmpdir(), 'tentacle-'))
  for (const [command, path] of commands) {
    writeFileSync(join(directory, command), inside(root, path))
    chmodSync(join(directory, command), 0o755)
  }
  return directory
}

/**
 * Mounts are seen by the command alone and are gone with it. Every step is an exec, so that the process keeps its pid,
 * and ends with the test run. The temporary directory is the same inside, so that paths mean the same.
 */
function inside(root: string, path: string): string {
  return `#!/bin/sh
exec unshare --mount sh -c '
  mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
  mkdir -p "$0${tmpdir()}" && mount --bind ${tmpdir()} "$0${tmpdir()}" &&
  exec chroot "$0" ${path} "$@"
' ${root} "$@"
`
}

function isBuilt(root: string): boolean {
  try {
    for (const path of commands.values()) accessSync(join(root, path))
    return true
  } catch {
    return false
  }
}

function build(root: string): void {
  const partial = `${root}.partial`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  // Debian 12 has no script of that name; all suites since 2004 are built by the one of sid.
  step('debootstrap', ['--variant=minbase', suite, partial, mirror(), '/usr/share/debootstrap/scripts/sid'])
  copyFileSync('/etc/resolv.conf', join(partial, 'etc/resolv.conf'))
  // Erlang looks its own host up.
  copyFileSync('/etc/hosts', join(partial, 'etc/hosts'))
  cpSync('/etc/apt/apt.conf.d', join(partial, 'etc/apt/apt.conf.d'), { recursive: true })
  try {
    step('chroot', [partial, 'apt-get', 'install', '-y', '--no-install-recommends', ...packages])
  } catch (error) {
    // Scripts of the packages want a running systemd; the binaries are there all the same.
    if (!isBuilt(partial)) throw error
  }
  renameSync(partial, root)
}

/** Where this machine itself gets Debian from. */
function mirror(): string {
  const targets = execFileSync('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
    'Label: Debian',
  ])
  const [first] = targets.toString().split('\n')
  if (!first) throw new Error('apt knows no Debian repository on this machine')
  return first
}

function step(command: string, args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 2 ** 26 })
}
