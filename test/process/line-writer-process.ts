// A process of its own, for line-writer.test.ts: writes as the functions of one process do, events and dead letters by sinks, beside
// the log.
import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { lineWriter } from '../../lib/process/line-writer.ts'
import { createLogger, setUpLog } from '../../lib/process/log.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import { createLogSink } from '../../lib/sinks/log-sink.ts'

const STDOUT = 1
const STDERR = 2

setUpLog({ level: 'info', redact: createRedact([]), stream: { write: lineWriter(STDERR).writeNow } })
const log = createLogger('test')
/** Of two functions. */
const events = [createLogSink(STDOUT), createLogSink(STDOUT)]
const deadLetters = [createLogSink(STDERR), createLogSink(STDERR)]

const event = (length: number) =>
  ({
    specversion: '1.0',
    id: 'x'.repeat(length),
    source: 's',
    type: 't',
    datacontenttype: 'application/json',
    data: {},
  }) as const

const inRounds = async (rounds: number) => {
  for (let round = 0; round < rounds; round++) {
    const delivered = [...events, ...deadLetters].map((sink) => sink.deliver([event(50_000)]))
    log.info({ texts: Array(14).fill('x'.repeat(3500)) }, 'a line of 50 kB')
    await Promise.all(delivered)
  }
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  blocking: () => inRounds(200),
  // Node.js makes a pipe non-blocking once it is process.stdout.
  'non-blocking': async () => {
    assert.ok(process.stdout.writable)
    await inRounds(200)
  },
  unread: async () => {
    for (let line = 0; line < 10; line++) log.info({}, 'nobody reads this')
    await assert.rejects(createLogSink(STDERR).deliver([event(1)]), { code: 'sink_unavailable' })
  },
  'full disk': async () => {
    const [sink] = events
    await sink?.deliver([event(1000)])
    await assert.rejects(async () => sink?.deliver([event(50_000)]), { code: 'sink_unavailable' })
    truncateSync(process.env.FILE ?? '', 8192)
    await sink?.deliver([event(1000)])
  },
}
await ways[process.argv[2] ?? '']?.()
