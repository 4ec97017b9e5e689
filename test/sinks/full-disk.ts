// node full-disk.ts <folder of a small file system>: fills it by a file sink, makes room, goes on. Prints which events the file had when.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { TidingsError } from '../../lib/process/errors.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { event } from './contract.ts'

const [folder = ''] = process.argv.slice(2)
const path = `${folder}/events.ndjson`
const sink = openSink(new URL(`file://${path}`), 1, { mode: 'batch', timeoutMs: 5000, retries: 0 })
const idsNow = () =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id)

writeFileSync(`${folder}/ballast`, 'x'.repeat(20_000))
const before: string[] = []
let refusal: unknown
while (refusal === undefined) {
  const id = String(before.length)
  await sink.deliver([event(id, { subject: 'x'.repeat(9_000) })]).then(
    () => before.push(id),
    ({ code, message }: TidingsError) => {
      refusal = { code, message }
    },
  )
}
const during = idsNow()
rmSync(`${folder}/ballast`)
await sink.deliver([event('last', { subject: 'x'.repeat(9_000) })])
process.stdout.write(JSON.stringify({ before, refusal, during, after: idsNow() }))
