// CPU time from the bytes of nova's notifications to their CloudEvents, beside JSON.parse of the envelope and of the
// message in it. Compiled schemas, as in the host.
import { compile } from 'zod/mini'
import { compileSchemasWith } from '../lib/process/wire-schema.ts'
import { openstackCaptures } from '../test/fixtures.ts'
import { inTurn, median, report } from './measure.ts'

compileSchemasWith(compile)
const { createOpenstackDecoder } = await import('../lib/openstack/decode-openstack.ts')

/** Nearly all messages of nova are smaller: half of them have less than 3 kB, nine tenths less than 4.2 kB. The others are errors. */
const ORDINARY_BYTES = 6000

const decode = createOpenstackDecoder({ novaNotifications: 'both' })
const deliveries = openstackCaptures()
  .filter(({ name }) => name.startsWith('nova/'))
  .map(({ exchange, routingKey, body }) => ({
    body: Buffer.from(body),
    headers: { 'content-type': 'application/json' },
    origin: { kind: 'amqp' as const, queue: 'q', redelivered: false, exchange, routingKey },
  }))
  .filter(({ body }) => body.length <= ORDINARY_BYTES)
const ROUND = 300

/** Microseconds of CPU a message. */
const cpu = (work: (delivery: (typeof deliveries)[number]) => unknown) => async (): Promise<number> => {
  const before = process.cpuUsage()
  for (let run = 0; run < ROUND; run++) for (const delivery of deliveries) work(delivery)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / ROUND / deliveries.length
}

const microseconds = await inTurn(15, {
  message: cpu(decode),
  parse: cpu(({ body }) => JSON.parse(JSON.parse(body.toString())['oslo.message'])),
})
const bytes = median(deliveries.map(({ body }) => body.length))
report(`CPU-µs a message of nova (median ${bytes} bytes), to CloudEvent`, microseconds.message.toFixed(1), '-')
report('  beside JSON.parse twice of the same', (microseconds.message / microseconds.parse).toFixed(2), '<= 1.5')
