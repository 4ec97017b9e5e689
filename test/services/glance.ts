// OpenStack's image service, alone: sqlite, no keystone, publishing its notifications to a RabbitMQ of ours.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './ports.ts'
import { run, startDaemon } from './processes.ts'
import { untilAnswering } from './until-answering.ts'

export type Glance = {
  /** `http://127.0.0.1:<port>` */
  url: string
  stop(): Promise<void>
}

/** @param amqpUrl of the broker; oslo.messaging calls the scheme `rabbit` */
export async function startGlance(amqpUrl: string): Promise<Glance> {
  const [port = 0] = await freePorts(1)
  const directory = mkdtempSync(join(tmpdir(), 'glance-'))
  for (const name of ['images', 'staging', 'lock']) mkdirSync(join(directory, name))
  const conf = join(directory, 'glance.conf')
  writeFileSync(conf, glanceConf(directory, port, amqpUrl.replace(/^amqp:/, 'rabbit:')))

  await run('glance-manage', ['--config-file', conf, 'db_sync'])
  const daemon = startDaemon('glance-api', ['--config-file', conf], join(directory, 'glance.out'))
  const stop = async () => {
    await daemon.stop()
    await rm(directory, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  try {
    await untilAnswering(`${url}/healthcheck`, daemon.exited)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

/** https://docs.openstack.org/glance/latest/configuration/glance_api.html; without a paste flavor nobody is asked who they are. */
const glanceConf = (directory: string, port: number, transportUrl: string): string => `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
workers = 0
use_stderr = true
state_path = ${directory}
transport_url = ${transportUrl}
node_staging_uri = file://${directory}/staging
[database]
connection = sqlite:///${directory}/glance.db
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = ${directory}/images
[paste_deploy]
config_file = /etc/glance/glance-api-paste.ini
[oslo_messaging_notifications]
driver = messagingv2
[oslo_concurrency]
lock_path = ${directory}/lock
[oslo_policy]
policy_file = /dev/null
`
