// node file-writer.ts <url> [id…]: delivers these events, or events without end; prints each id once it is confirmed.
import { writeSync } from 'node:fs'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { event } from './contract.ts'

const [url = '', ...ids] = process.argv.slice(2)
const sink = openSink(new URL(url), 1, { mode: 'batch', timeoutMs: 5000, retries: 0 })
const STDOUT = 1

const deliver = async (id: string, size: number): Promise<void> => {
  await sink.deliver([event(id, { subject: 'x'.repeat(size) })])
  writeSync(STDOUT, `${id}\n`)
}

if (ids.length > 0) for (const id of ids) await sink.deliver([event(id)])
else for (let count = 0; ; count++) await deliver(`${process.pid}-${count}`, (count * 7919) % 100_000)
