// A relay that turns each message into an event and drops it. Usage: relay-drain.ts URL QUEUE COUNT [EVERY]. After COUNT acked messages
// it prints time, CPU and memory as JSON, and the number of messages, measured after the first WARM_UP messages. With EVERY, it prints
// its memory after each EVERY acked messages.
import { setTimeout as pause } from 'node:timers/promises'
import { compile } from 'zod/mini'
import { readConfig } from '../lib/kit/config.ts'
import { createLogger } from '../lib/process/log.ts'
import { compileSchemasWith } from '../lib/process/wire-schema.ts'
import { createInProcessInvoke } from '../lib/relay/invoke/invoke-in-process.ts'
import { startRelay } from '../lib/relay/relay.ts'
import { readRelayConfig } from '../lib/relay/settings/relay-config.ts'
import { stopwatch } from './stopwatch.ts'

const [url = '', queue = '', count = '', every = '0'] = process.argv.slice(2)
// Before any function is loaded, as the command does it.
compileSchemasWith(compile)
const { openstack } = await import('../lib/kit/openstack.ts')
const { relay: options } = readRelayConfig({ AMQP_URL: url }, { queue, exchanges: 'bench' })
let events = 0
const handler = openstack({ config: readConfig({ LOG_LEVEL: 'error' }) }).otherwise(() => {
  events++
})
const invoke = createInProcessInvoke('openstack-notifications', handler, 60_000)
/** V8 compiles until then. */
const warmUp = Number(process.env.WARM_UP ?? 0)
let seen = 0
let before = 0
let watch: ReturnType<typeof stopwatch> | undefined
const relay = startRelay(
  options,
  (messages, signal) => {
    if (watch === undefined && seen >= warmUp) {
      watch = stopwatch()
      before = seen
    }
    seen += messages.length
    return invoke(messages, signal)
  },
  createLogger('relay'),
)

let next = Number(every)
for (;;) {
  const acked = relay.status().sources[0]?.acked ?? 0
  if (next > 0 && acked >= next) {
    globalThis.gc?.()
    const { rss, heapUsed } = process.memoryUsage()
    process.stdout.write(`${JSON.stringify({ acked, rssMiB: rss / 2 ** 20, heapMiB: heapUsed / 2 ** 20 })}\n`)
    next += Number(every)
  }
  if (acked >= Number(count)) break
  await pause(2)
}
const spent = watch?.()
await relay.stop()
if (events < Number(count)) throw new Error(`${events} events of ${count} messages`)
process.stdout.write(`${JSON.stringify({ ...spent, messages: Number(count) - before })}\n`)
process.exit(0)
