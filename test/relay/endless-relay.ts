// A process to kill: a relay whose function never answers. Says `asked` once the function was asked.
import type { RelayOptions } from '../../lib/relay/options.ts'
import { startTestRelay } from './rig.ts'

const options: RelayOptions = JSON.parse(process.argv[2] ?? '')

startTestRelay(options, () => {
  process.stdout.write('asked\n')
  return new Promise(() => {})
})
