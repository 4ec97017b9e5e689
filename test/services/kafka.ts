// An Apache Kafka of our own on loopback (KRaft, one node), in a temporary directory.
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificates } from './certificates.ts'
import { kafkaJars } from './install-services.ts'
import { freePorts } from './ports.ts'
import { run, startDaemon } from './processes.ts'
import { untilListening } from './until-listening.ts'

export type Kafka = {
  /** `127.0.0.1:<port>`: neither TLS nor a password. */
  broker: string
  /** `localhost:<port>`: TLS, and user `tidings` with password `pä:ss` by SCRAM-SHA-256 or PLAIN. */
  guarded: string
  /** Path of the authority's certificate. */
  ca: string
  /** Kills it, like a power cut. */
  kill(): Promise<void>
  /** Starts it again with what it had on its disk. */
  start(): Promise<void>
  stop(): Promise<void>
}

const JAVA = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${kafkaJars}/*`]

export async function startKafka(): Promise<Kafka> {
  const [port = 0, guardedPort = 0, controllerPort = 0] = await freePorts(3)
  const directory = await mkdtemp(join(tmpdir(), 'kafka-'))
  const { ca, certificate, key } = await makeCertificates(directory)
  const keystore = join(directory, 'keystore.pem')
  await writeFile(keystore, (await readFile(key, 'utf8')) + (await readFile(certificate, 'utf8')))
  const conf = join(directory, 'server.properties')
  await writeFile(
    conf,
    `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://127.0.0.1:${guardedPort},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://localhost:${guardedPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
log.dirs=${directory}/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
num.io.threads=2
num.network.threads=2
ssl.keystore.type=PEM
ssl.keystore.location=${keystore}
sasl.enabled.mechanisms=SCRAM-SHA-256,PLAIN
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_tidings="p\\u00e4:ss";
`,
  )
  const user = 'SCRAM-SHA-256=[name=tidings,password=pä:ss]'
  const format = ['format', '--cluster-id', 'dGlkaW5ncy10ZXN0cw', '--config', conf, '--add-scram', user]
  await run('env', ['LC_ALL=C.UTF-8', 'java', ...JAVA, 'kafka.tools.StorageTool', ...format])
  const launch = () => startDaemon('java', [...JAVA, 'kafka.Kafka', conf], join(directory, 'kafka.out'))
  let daemon = launch()

  const onExit = () => {
    daemon.kill()
    rmSync(directory, { recursive: true, force: true })
  }
  process.on('exit', onExit)
  try {
    await untilListening(port, daemon.exited)
  } catch (cause) {
    const seen = (await readFile(join(directory, 'kafka.out'), 'utf8')).trimEnd().split('\n').slice(-20).join('\n')
    throw new Error(`Kafka did not start\n${seen}`, { cause })
  }
  return {
    broker: `127.0.0.1:${port}`,
    guarded: `localhost:${guardedPort}`,
    ca,
    async kill() {
      daemon.kill()
      await daemon.exited
    },
    async start() {
      daemon = launch()
      await untilListening(port, daemon.exited)
    },
    async stop() {
      daemon.kill()
      await daemon.exited
      process.off('exit', onExit)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
