// Where the host's CPU goes, layer by layer: each program does what the one before it does, and one layer more, for one notification
// after the other in a loop. `LAYER=door` runs that layer alone for some seconds, to be profiled with `node --cpu-prof`.
//
// node bench/layers.ts
import { compile } from 'zod/mini'
import { createPipeline } from '../lib/core/pipeline.ts'
import { setUpMetrics } from '../lib/hosts/host-metrics.ts'
import { toServed } from '../lib/hosts/served.ts'
import { readConfig } from '../lib/kit/config.ts'
import { createLogger } from '../lib/process/log.ts'
import { NEVER } from '../lib/process/unless-aborted.ts'
import { compileSchemasWith } from '../lib/process/wire-schema.ts'
import { inTurn, notification, report } from './measure.ts'

compileSchemasWith(compile)
setUpMetrics()
const { unwrapping } = await import('../lib/cloudevents/unwrap-cloudevents.ts')
const { createCephDecoder } = await import('../lib/ceph/decode-ceph.ts')
const { ceph } = await import('../lib/kit/ceph.ts')
const { createFunction } = await import('../lib/kit/function.ts')

const ROUNDS = Number(process.env.ROUNDS ?? 9)
const CALLS = 20_000

const config = readConfig({ AUTH_TOKENS: 'a-token', CLAIMS_URL: 'none:' })
const withClaims = readConfig({ AUTH_TOKENS: 'a-token' })
const sink = { deliver: async () => {} }
const decode = unwrapping(createCephDecoder([]))
const served = (handler: Parameters<typeof toServed>[0]['handler']) =>
  toServed({ name: 'bench', handler, log: createLogger('bench'), tokens: [], withoutToken: 'closed' })
const functionWith = (settings: typeof config) =>
  served(createFunction({ name: 'bench', config: settings, decode: createCephDecoder([]), sink }))

const body = Buffer.from(notification)
const headers = { host: '127.0.0.1:8080', 'content-type': 'application/json', 'content-length': String(body.length) }
const query = 'token=a-token'
const origin = { kind: 'http', method: 'POST', path: '/bench', query, sourceIp: '127.0.0.1' } as const
const caller = { headers, origin }
const pipeline = createPipeline({
  functionName: 'bench',
  decode,
  sink,
  deadLetters: sink,
  lastResort: sink,
  returnsRefused: false,
  wanted: () => true,
  claims: undefined,
  redact: ((input: string) => input) as never,
  now: () => new Date(),
})
const hosts = {
  door: functionWith(config),
  claims: functionWith(withClaims),
  handler: served(ceph({ config }).otherwise(() => {})),
}

/** Ids differ, so that claims see no duplicate. */
let number = 1
const at = notification.indexOf('"sequencer"')
const digits = at === -1 ? 0 : notification.indexOf('"', at + 12) + 1
const numbered = (): Buffer => {
  number++
  body.write(number.toString(16).padStart(8, '0'), digits)
  return body
}

const LAYERS = {
  'JSON.parse': () => JSON.parse(numbered().toString()),
  decode: () => decode({ headers, origin, body: numbered() }),
  pipeline: () => pipeline([{ headers, origin, body: numbered() }], NEVER),
  door: () => hosts.door.answer(caller, numbered()),
  claims: () => hosts.claims.answer(caller, numbered()),
  handler: () => hosts.handler.answer(caller, numbered()),
}
type Layer = keyof typeof LAYERS

/** Microseconds of CPU a call. */
const cpu = (name: Layer) => async (): Promise<number> => {
  const call: () => unknown = LAYERS[name]
  const before = process.cpuUsage()
  for (let calls = 0; calls < CALLS; calls++) await call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / CALLS
}

const only = process.env.LAYER as Layer | undefined
if (only !== undefined) {
  for (let round = 0; round < 10; round++) console.log((await cpu(only)()).toFixed(1))
} else {
  const names = Object.keys(LAYERS) as Layer[]
  const programs = Object.fromEntries(names.map((name) => [name, cpu(name)])) as Record<Layer, () => Promise<number>>
  await inTurn(2, programs)
  const micros = await inTurn(ROUNDS, programs)
  const line = (what: string, value: number, aim: string) => report(what, value.toFixed(1), aim)
  line('CPU-µs a notification: JSON.parse', micros['JSON.parse'], '-')
  line('  decoding beyond that', micros.decode - micros['JSON.parse'], '<= 9')
  line('  the pipeline beyond that', micros.pipeline - micros.decode, '<= 4')
  line('  the door beyond that', micros.door - micros.pipeline, '<= 7')
  line('  claims in memory beyond the door', micros.claims - micros.door, '-')
  line('  a handler that does nothing beyond the door', micros.handler - micros.door, '-')
}
