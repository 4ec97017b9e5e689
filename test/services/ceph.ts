// A whole Ceph cluster of our own on loopback: one mon, one OSD that keeps everything in memory, one RADOS Gateway.
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cephConf, keyring, monAddresses, portCount } from './ceph-conf.ts'
import { freePorts } from './ports.ts'
import { type Daemon, run, startDaemon } from './processes.ts'
import { untilAnswering } from './until-answering.ts'

export type Ceph = {
  endpoint: string
  accessKey: string
  secretKey: string
  /** Such as `16.2.15`. */
  release: string
  /** Path of ceph.conf, for the command line tools. */
  conf: string
  /** Runs radosgw-admin and gives what it prints, mostly JSON. */
  admin(args: string[]): Promise<string>
  restartGateway(): Promise<void>
  /** Path of the gateway's log. */
  logs(): string
  stop(): Promise<void>
}

export async function startCeph(): Promise<Ceph> {
  const ports = await freePorts(portCount)
  const directory = await mkdtemp(join(tmpdir(), 'ceph-'))
  const conf = join(directory, 'ceph.conf')
  const endpoint = `http://127.0.0.1:${ports[2]}`
  const credentials = { accessKey: 'test', secretKey: 'testsecret' }
  const daemons = new Map<string, Daemon>()

  const daemon = (name: string, command: string, args: string[]) => {
    const started = startDaemon(command, ['--conf', conf, ...args, '-f'], join(directory, `${name}.out`))
    daemons.set(name, started)
    return started
  }
  const admin = (args: string[]) => run('radosgw-admin', ['--conf', conf, ...args])
  const startGateway = async () => {
    const { exited } = daemon('client.rgw', 'radosgw', ['-n', 'client.rgw'])
    await untilAnswering(endpoint, exited)
  }

  const onExit = () => {
    for (const { kill } of daemons.values()) kill()
    rmSync(directory, { recursive: true, force: true })
  }
  process.on('exit', onExit)
  // Clients before servers: a daemon whose mon is gone waits for it instead of ending.
  const stop = async () => {
    for (const running of [...daemons.values()].reverse()) await running.stop()
    process.off('exit', onExit)
    await rm(directory, { recursive: true, force: true })
  }

  /** `name` is the daemon whose log tells why the step failed; every daemon's stderr may. */
  const step = async (what: string, name: string, action: () => Promise<unknown>) => {
    try {
      await action()
    } catch (cause) {
      const files = [...[...daemons.keys()].map((started) => `${started}.out`), `${name}.log`]
      const seen = await Promise.all(files.map((file) => tail(directory, file)))
      await stop()
      throw new Error(`Ceph did not start: ${what} failed: ${message(cause)}\n${seen.join('')}`, { cause })
    }
  }

  await step('writing its files', 'mon.a', async () => {
    const fsid = randomUUID()
    await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(join(directory, name))))
    await writeFile(conf, cephConf(directory, fsid, ports))
    const key = await run('ceph-authtool', ['--gen-print-key'])
    await writeFile(join(directory, 'keyring'), keyring(key.trim()), { mode: 0o600 })
    await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', monAddresses(ports), join(directory, 'monmap')])
  })
  await step('the mon', 'mon.a', async () => {
    const files = ['--monmap', join(directory, 'monmap'), '--keyring', join(directory, 'keyring')]
    await run('ceph-mon', ['--conf', conf, '-i', 'a', '--mkfs', ...files])
    daemon('mon.a', 'ceph-mon', ['-i', 'a'])
  })
  await step('the OSD', 'osd.0', async () => {
    const uuid = randomUUID()
    await run('ceph', ['--conf', conf, '--connect-timeout', '30', 'osd', 'new', uuid, '0'])
    await run('ceph-osd', ['--conf', conf, '-i', '0', '--mkfs', '--osd-uuid', uuid])
    daemon('osd.0', 'ceph-osd', ['-i', '0'])
  })
  await step('the gateway', 'client.rgw', startGateway)
  await step('creating its user', 'client.rgw', () => {
    const keys = ['--access-key', credentials.accessKey, '--secret-key', credentials.secretKey]
    return admin(['user', 'create', '--uid', 'tester', '--display-name', 'tester', ...keys])
  })

  return {
    endpoint,
    ...credentials,
    // "ceph version 16.2.15 (618f…) pacific (stable)"
    release: (await run('radosgw', ['--version'])).split(' ')[2] ?? '',
    conf,
    admin,
    async restartGateway() {
      await daemons.get('client.rgw')?.stop()
      await startGateway()
    },
    logs: () => join(directory, 'client.rgw.log'),
    stop,
  }
}

async function tail(directory: string, file: string): Promise<string> {
  const text = await readFile(join(directory, file), 'utf8').catch(() => '')
  return text === '' ? '' : `${file}:\n${text.trimEnd().split('\n').slice(-12).join('\n')}\n`
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
