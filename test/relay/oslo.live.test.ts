import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startRelayProcess } from '../cli/relay-process.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { until } from './rig.ts'

const broker = await startRabbitMQ()
after(() => broker.stop())

/** oslo.messaging's Notifier, in Debian's Python, publishing until it is stopped. */
const startNotifier = (url: string, kind: 'durable' | 'transient') => {
  const script = fileURLToPath(new URL('oslo-publisher.py', import.meta.url))
  const child = spawn('/usr/bin/python3', [script, url, 'nova', kind], { stdio: ['pipe', 'pipe', 'ignore'] })
  const published: string[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    published.push(...lines)
  })
  return {
    published,
    stop: async () => {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

for (const kind of ['durable', 'transient'] as const) {
  const what = kind === 'durable' ? 'nothing is lost' : 'its exchange is found anew'
  test(`a Notifier of oslo.messaging with a ${kind} exchange publishes on while the broker restarts: ${what}`, async (t) => {
    // The queue that oslo.messaging itself declares can be of one kind only.
    await broker.ctl('add_vhost', kind)
    await broker.ctl('set_permissions', '--vhost', kind, 'guest', '.*', '.*', '.*')
    const url = `${broker.url.replace('amqp://', 'rabbit://')}/${kind}`
    await using relay = startRelayProcess(['--exchanges', 'nova', '--rebind-ms', '200'], { AMQP_URL: url })
    await relay.untilLogged(({ message }) => message.startsWith('waiting for exchanges'))
    const notifier = startNotifier(url, kind)
    await relay.untilLogged(({ message }) => message === 'bound')
    await relay.untilEvents(20)
    const early = notifier.published.length

    await broker.restart()
    const seen = relay.events.length
    await relay.untilEvents(seen + 50)
    await notifier.stop()
    const last = notifier.published.at(-1)
    await until('the last one', () => relay.events.some(({ data }) => JSON.stringify(data).includes(last ?? '-')))
    assert.equal(await relay.stop(), 0)

    const all = JSON.stringify(relay.events)
    const lost = notifier.published.slice(early).filter((id) => !all.includes(id))
    // A transient exchange is gone with its bindings: what is published before the relay is back is in no queue of its.
    t.diagnostic(`${lost.length} of ${notifier.published.length} were published while there was no binding`)
    if (kind === 'durable') assert.deepEqual(lost, [])
    assert.doesNotMatch(JSON.stringify([relay.events, relay.log]), /not-to-be-seen/)
  })
}
