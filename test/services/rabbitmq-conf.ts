import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Certificates } from './certificates.ts'

/** `NAME=value` for `env -i`, so that nothing of /etc/rabbitmq, the caller or another instance has a say. */
export const brokerEnvironment = (
  directory: string,
  { epmdPort, distributionPort }: { epmdPort: number; distributionPort: number },
): readonly string[] =>
  Object.entries({
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    // The Erlang cookie lives here.
    HOME: directory,
    ERL_EPMD_PORT: epmdPort,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: 'tidings@localhost',
    RABBITMQ_DIST_PORT: distributionPort,
    RABBITMQ_CONF_ENV_FILE: join(directory, 'none'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(directory, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    RABBITMQ_GENERATED_CONFIG_DIR: directory,
    RABBITMQ_MNESIA_BASE: directory,
    RABBITMQ_LOG_BASE: directory,
    RABBITMQ_PID_FILE: join(directory, 'pid'),
    RABBITMQ_LOGS: '-',
    // Idle schedulers sleep instead of spinning; other nodes connect on loopback alone.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none -kernel inet_dist_use_interface {127,0,0,1}',
    // Makes the script become the Erlang machine instead of watching over it: the pid we started is the broker's.
    RUNNING_UNDER_SYSTEMD: 'true',
  }).map(([name, value]) => `${name}=${value}`)

/** rabbitmq.conf (https://www.rabbitmq.com/docs/configure). */
export const rabbitmqConf = (
  port: number,
  tls: ({ port: number } & Certificates) | undefined,
  further: readonly string[],
): string =>
  [
    `listeners.tcp.local = 127.0.0.1:${port}`,
    ...(tls
      ? [
          `listeners.ssl.local = 127.0.0.1:${tls.port}`,
          `ssl_options.cacertfile = ${tls.ca}`,
          `ssl_options.certfile = ${tls.certificate}`,
          `ssl_options.keyfile = ${tls.key}`,
          'ssl_options.verify = verify_none',
          'ssl_options.fail_if_no_peer_cert = false',
        ]
      : []),
    // By default publishers are blocked when less than 50 MB is free, which is somebody else's matter.
    'disk_free_limit.absolute = 1MB',
    ...further,
    '',
  ].join('\n')

export const writeBrokerFiles = async (directory: string, conf: string): Promise<void> => {
  await writeFile(join(directory, 'rabbitmq.conf'), conf)
  await writeFile(join(directory, 'enabled_plugins'), '[].\n')
  await writeFile(join(directory, '.erlang.cookie'), 'tidings', { mode: 0o400 })
}
