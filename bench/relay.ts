// The rate at which a filled queue of real notifications (2 to 5 kB) is drained: by the relay with its function inside (it decodes and
// checks them, makes events, and drops these), by a kombu worker that decodes JSON and acks, and by amqplib that only acks. `MESSAGES`
// is their number, `WARM_UP` how many of them come before the measurement of the relay, `ROUNDS` the number of runs.
//
// node bench/relay.ts [another checkout, to compare with]
import { join } from 'node:path'
import { startRabbitMQ } from '../test/services/rabbitmq.ts'
import { median, output, report } from './measure.ts'
import { fill, notifications, remove } from './relay-queue.ts'
import type { Spent } from './stopwatch.ts'

const MESSAGES = Number(process.env.MESSAGES ?? 40_000)
const WARM_UP = Number(process.env.WARM_UP ?? MESSAGES / 2)
const ROUNDS = Number(process.env.ROUNDS ?? 3)

const here = (file: string): string => new URL(file, import.meta.url).pathname
const broker = await startRabbitMQ()
const filling = notifications('bench', MESSAGES)

const [, , other] = process.argv
const PROGRAMS = new Map<string, readonly [command: string, script: string]>([
  ['relay', [process.execPath, here('relay-drain.ts')]],
  ...(other === undefined
    ? []
    : [['other checkout', [process.execPath, join(other, 'bench/relay-drain.ts')]] as const]),
  ['kombu', ['/usr/bin/python3', here('kombu-worker.py')]],
  ['acks', [process.execPath, here('relay-acks.ts')]],
])

type Drained = Spent & { readonly messages: number }

const drain = async (name: string, command: string, script: string): Promise<Drained> => {
  await fill(broker.url, name, filling)
  const printed = await output(command, [script, broker.url, name, String(MESSAGES)], {
    WARM_UP: String(WARM_UP),
  })
  await remove(broker.url, name)
  return { messages: MESSAGES, ...JSON.parse(printed) } as Drained // As stopwatch.ts and the worker print it.
}

const spent = new Map<string, Drained[]>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, [command, script]] of PROGRAMS)
    spent.set(name, [...(spent.get(name) ?? []), await drain(name, command, script)])
}
await broker.stop()

const medianOf = (name: string, value: (one: Drained) => number): number => median((spent.get(name) ?? []).map(value))
const perSecond = (name: string): number => medianOf(name, ({ messages, seconds }) => messages / seconds)
const cpuMicros = (name: string): number => medianOf(name, ({ messages, cpuMicros }) => cpuMicros / messages)
const rssMiB = (name: string): number => medianOf(name, (one) => one.rssMiB)

report('messages/s, relay draining a queue into events', perSecond('relay').toFixed(0), '-')
report('  beside a kombu worker', (perSecond('relay') / perSecond('kombu')).toFixed(2), '>= 3')
report('  beside amqplib doing nothing but acks', (perSecond('relay') / perSecond('acks')).toFixed(2), '>= 0.7')
report('  its CPU a message beside a kombu worker', (cpuMicros('relay') / cpuMicros('kombu')).toFixed(2), '<= 0.4')
report('  beside amqplib doing nothing but acks', (cpuMicros('relay') / cpuMicros('acks')).toFixed(2), '<= 2.1')
for (const name of PROGRAMS.keys()) {
  const text = `${cpuMicros(name).toFixed(0)} (${rssMiB(name).toFixed(0)})`
  report(`  CPU-µs a message (RSS in MiB), ${name}`, text, '-')
}
