// Installs the Debian packages that the live tests start their services from, and the services that Debian does not have. Run before them, as `npm test` does, with
// `tentacle` for what the suite against Ceph 20 needs besides. Nothing is left out without a word.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { installServices } from './install-services.ts'

// Node.js 22, which runs tidings, does not parse the `await using` of the live tests.
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `the live tests need Node.js 24, this is ${process.version}: run them by \`npm test\`, which takes the one that \`npm ci\` brought. \`npm run test:unit\` passes on Node.js 22.19`,
  )
  process.exit(1)
}

const packageOf: Record<string, string> = {
  'ceph-mon': 'ceph-mon',
  'ceph-osd': 'ceph-osd',
  radosgw: 'radosgw',
  'radosgw-admin': 'radosgw',
  ceph: 'ceph-common',
  'ceph-authtool': 'ceph-common',
  monmaptool: 'ceph-common',
  'rabbitmq-server': 'rabbitmq-server',
  'glance-api': 'glance-api',
  'redis-server': 'redis-server',
  'nats-server': 'nats-server',
  // It brings Java, which Kafka runs on.
  mvn: 'maven',
  ...(process.argv.includes('tentacle') && { debootstrap: 'debootstrap' }),
}

// Packages of Debian's own Python, by what a program imports from them.
const packageOfModule: Record<string, string> = {
  oslo_messaging: 'python3-oslo.messaging',
  kombu: 'python3-kombu',
  ensurepip: 'python3-venv',
}

// Debian leaves the sbin directories out of an ordinary user's PATH.
const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']

// Debian starts the service of a package it installs (ceph-crash here) unless policy-rc.d says 101, "not allowed".
// https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
const script = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' >$policy
  chmod 755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends "$@"
`

if (!process.argv.includes('tentacle')) {
  console.log(
    'not in this run: `npm run test:tentacle`, against Ceph 20 and RabbitMQ 4.3 (takes root, and 1 GB once), and `npm run test:platforms`, under the runtimes of Lambda, OpenFaaS and Knative (takes root, Go, python3 and a C++ compiler)',
  )
}
const missing = missingPackages()
if (missing.length > 0) install(missing)
await installServices()

function missingPackages(): string[] {
  const binaries = Object.keys(packageOf).filter((binary) => !isInstalled(binary))
  const modules = Object.keys(packageOfModule).filter((module) => !isImportable(module))
  return [
    ...new Set([
      ...binaries.map((binary) => packageOf[binary] ?? binary),
      ...modules.map((module) => packageOfModule[module] ?? module),
    ]),
  ]
}

// The system's Python, where apt-get puts them; the first `python3` of PATH may be another.
function isImportable(module: string): boolean {
  return spawnSync('/usr/bin/python3', ['-c', `import ${module}`]).status === 0
}

function isInstalled(binary: string): boolean {
  return directories.some((directory) => {
    try {
      accessSync(join(directory, binary), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function install(packages: string[]): void {
  if (!isInstalled('apt-get')) fail('there is no apt-get here (the live tests know Debian and Ubuntu)')
  const isRoot = process.getuid?.() === 0
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) fail('neither root nor passwordless sudo')

  console.log(`installing for the live tests: ${packages.join(' ')}`)
  const shell = [...(isRoot ? [] : ['sudo', '-n']), 'sh', '-ec', script, 'sh', ...packages]
  const { status, stdout, stderr } = spawnSync(shell[0] ?? 'sh', shell.slice(1), {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`)
    fail('apt-get failed')
  }
  if (missingPackages().length > 0) fail('apt-get succeeded without providing them')
}

function fail(reason: string): never {
  console.error(
    `the live tests need ${missingPackages().join(' ')}, which could not be installed: ${reason}. ` +
      '`npm run test:unit` needs nothing.',
  )
  process.exit(1)
}
