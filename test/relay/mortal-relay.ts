// A process that ends over a message: a relay whose function exits at each body that begins with `killer`. Writes the
// body of each message that it handles as a line to stdout.
import { writeSync } from 'node:fs'
import type { RelayOptions } from '../../lib/relay/options.ts'
import { startTestRelay } from './rig.ts'

const options: RelayOptions = JSON.parse(process.argv[2] ?? '')

const relay = startTestRelay(options, async (messages) => {
  for (const { body } of messages) {
    if (body.subarray(0, 6).toString() === 'killer') process.exit(1)
    // The name of a large body is its beginning.
    writeSync(1, `${body.subarray(0, 20).toString().trim()}\n`)
  }
  return messages.map(() => ({ type: 'ack' }))
})

process.on('SIGTERM', () => void relay.stop())
