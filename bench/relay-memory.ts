// Memory of a relay that drains a million messages, with its function inside, after the first 100,000 and at the end. `MESSAGES` sets
// their number. It takes long, so `npm run bench` does not run it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import amqp from 'amqplib'
import { startRabbitMQ } from '../test/services/rabbitmq.ts'
import { report } from './measure.ts'
import { fill, notifications } from './relay-queue.ts'

const MESSAGES = Number(process.env.MESSAGES ?? 1_000_000)
const CHUNK = Math.min(10_000, MESSAGES / 10)
const EVERY = MESSAGES / 10

type Reading = { readonly acked: number; readonly rssMiB: number; readonly heapMiB: number }

const broker = await startRabbitMQ()
await fill(broker.url, 'memory', [])
const drain = new URL('relay-drain.ts', import.meta.url).pathname
const child = spawn(process.execPath, ['--expose-gc', drain, broker.url, 'memory', String(MESSAGES), String(EVERY)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const readings: Reading[] = []
createInterface(child.stdout).on('line', (line) => {
  const reading = JSON.parse(line)
  if ('acked' in reading) readings.push(reading as Reading) // As relay-drain.ts prints it.
})

const connection = await amqp.connect(broker.url)
const channel = await connection.createChannel()
for (let sent = 0; sent < MESSAGES; sent += CHUNK) {
  await fill(broker.url, 'memory', notifications(`memory-${sent}`, CHUNK))
  // If the relay does not keep up, this measures the broker.
  for (;;) {
    const { messageCount } = await channel.checkQueue('memory')
    if (messageCount < 2 * CHUNK) break
  }
}
await once(child, 'exit')
await connection.close()
await broker.stop()

const [first] = readings
const last = readings.at(-1)
report(
  `RSS in MiB after ${last?.acked} messages (after ${first?.acked})`,
  `${last?.rssMiB.toFixed(0)} (${first?.rssMiB.toFixed(0)})`,
  'flat',
)
report('  heap in use', `${last?.heapMiB.toFixed(1)} (${first?.heapMiB.toFixed(1)})`, 'flat')
