// A process that ends over a message: a relay whose function exits at each body that begins with `killer`. Writes the
// body of each message that it handles as a line to stdout.
import { writeSync } from 'node:fs'
import type { RelayOptions } from '../../lib/relay/options.ts'
import { startTestRelay } from './rig.ts'

const options: RelayOptions = JSON.parse(process.argv[2] ?? '')

const relay = startTestRelay(options, async (messages) => {
  for (const { body } of messages) {
    if (body.toString().startsWith('killer')) process.exit(1)
    writeSync(1, `${body}\n`)
  }
  return messages.map(() => ({ type: 'ack' }))
})

process.on('SIGTERM', () => void relay.stop())
