// Memory, resident and on the heap, of a process whose OpenStack function (a handler that does nothing) takes a million
// of nova's notifications, a hundred in a batch as the relay hands them over, after the first tenth and at the end. Once
// with no memory for duplicates and once with the default, each in a process of its own. Run with --expose-gc.
//
// node bench/openstack-memory.ts [count]
import { spawnSync } from 'node:child_process'
import { readConfig } from '../lib/kit/config.ts'
import { openstack } from '../lib/kit/openstack.ts'
import { openstackCaptures } from '../test/fixtures.ts'
import { report } from './measure.ts'

const BATCH = 100
const ID = /(\\"message_id\\": \\")[^\\]+/

const measure = async (count: number): Promise<void> => {
  let events = 0
  const config = readConfig({ ...process.env, ALLOW_ANONYMOUS: 'true' })
  const handler = openstack({ config }).otherwise(() => {
    events += 1
  })
  const captures = openstackCaptures().filter(({ name, body }) => name.startsWith('nova/') && ID.test(body))

  const message = (number: number): object => {
    const { exchange = '', routingKey, body = '' } = captures[number % captures.length] ?? {}
    const data = Buffer.from(body.replace(ID, `$1${number}`)).toString('base64')
    const basicProperties = { contentType: 'application/json', contentEncoding: 'utf-8', headers: {} }
    return { basicProperties, redelivered: false, data, deliveryTag: number, exchange, routingKey }
  }
  const takeUpTo = async (end: number): Promise<void> => {
    while (events < end) {
      const first = events
      const messages = Array.from({ length: BATCH }, (_, index) => message(first + index))
      await handler({ eventSource: 'aws:rmq', eventSourceArn: '', rmqMessagesByQueue: { 'q::/': messages } }, {})
      if (events !== first + BATCH) throw new Error(`${events - first} of ${BATCH} messages became events`)
    }
  }

  await takeUpTo(count / 10)
  const before = mebibytes()
  await takeUpTo(count)
  const after = mebibytes()
  const name = process.env.CLAIMS_URL === 'none:' ? 'no duplicates remembered' : 'the default of CLAIMS_URL'
  report(`RSS in MiB after ${count} messages of nova (after a tenth)`, `${after.rss} (${before.rss})`, 'flat')
  report(`  heap in use; ${name}`, `${after.heap} (${before.heap})`, 'flat')
}

const mebibytes = (): { rss: string; heap: string } => {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { rss: (rss / 2 ** 20).toFixed(0), heap: (heapUsed / 2 ** 20).toFixed(1) }
}

const [count = '1000000', part] = process.argv.slice(2)
if (part === 'part') await measure(Number(count))
else {
  for (const env of [{ ...process.env, CLAIMS_URL: 'none:' }, process.env]) {
    const args = ['--expose-gc', import.meta.filename, count, 'part']
    const { status } = spawnSync(process.execPath, args, { env, stdio: 'inherit' })
    if (status !== 0) throw new Error('the measurement failed')
  }
}
