// CPU time from the bytes of a notification to its CloudEvent, beside JSON.parse of the same bytes. Compiled schemas, as
// in the host.
import { compile } from 'zod/mini'
import { compileSchemasWith } from '../lib/process/wire-schema.ts'
import { inTurn, notification, report } from './measure.ts'

compileSchemasWith(compile)
const { createCephDecoder } = await import('../lib/ceph/decode-ceph.ts')

const body = Buffer.from(notification)
const decode = createCephDecoder([])
const delivery = { body, headers: {}, origin: { kind: 'direct' as const } }
const ROUND = 100_000

/** Microseconds of CPU a call. */
const cpu = (work: () => unknown) => async (): Promise<number> => {
  const before = process.cpuUsage()
  for (let run = 0; run < ROUND; run++) work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / ROUND
}

const microseconds = await inTurn(9, {
  record: cpu(() => decode(delivery)),
  parse: cpu(() => JSON.parse(body.toString())),
})
report('CPU-µs a record, bytes to CloudEvent', microseconds.record.toFixed(1), '-')
report('  beside JSON.parse of the same bytes', (microseconds.record / microseconds.parse).toFixed(2), '<= 2')
