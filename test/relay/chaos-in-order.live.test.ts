// As chaos.live.test.ts, with `--ordered` and one relay at a time. `CHAOS_MESSAGES=50000` is the long run.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { outOfOrder, startChaos } from './chaos.ts'
import { mixedTraffic } from './mixed-traffic.ts'

const MESSAGES = Number(process.env.CHAOS_MESSAGES ?? 1500) / 5
const ATTEMPTS = 8
/** Of a number for 10,000 messages, as many as befit this run. */
const scaled = (count: number, least: number) => Math.max(least, Math.round((count * MESSAGES) / 10_000))

const chaos = await startChaos({
  relays: 1,
  faultRate: 0.02,
  // In order, a sink that is away makes dead letters once the attempts are used up; a function that is away does not.
  outageFaults: ['cut'],
  flags: [
    '--ordered',
    '--attempts',
    String(ATTEMPTS),
    '--retry-first-delay-ms',
    '20',
    '--retry-max-delay-ms',
    '80',
    '--binding-keys',
    '#',
  ],
})
const { faulty, publisher, proxy, fleet } = chaos
after(chaos.close)

test(`${MESSAGES} messages in order: relays killed and cut off, broker restarted, function away`, {
  timeout: process.env.CHAOS_MESSAGES ? 40 * 60_000 : 240_000,
}, async (t) => {
  const traffic = mixedTraffic('ordered', MESSAGES)
  const wild = { kills: scaled(25, 2), restarts: scaled(4, 1), outages: scaled(4, 1), alarms: scaled(2, 1) }
  await chaos.run(traffic, { ...wild, cutBelowBytes: scaled(4_000_000, 250_000) })
  await fleet.stop()

  const dead = await chaos.takeDead()
  const good = [...traffic.good, ...chaos.beside]
  const twice = [...faulty.handled].filter(([, times]) => times > 1).map(([id]) => id)
  const early = outOfOrder(traffic.messages, faulty.calls, {
    attempts: ATTEMPTS,
    // A remote procedure call has no id, and nobody knows the place of what was published again.
    isUnordered: (id) => id.includes('-rpc-') || publisher.again.has(id),
  })
  t.diagnostic(JSON.stringify({ ...wild, cuts: proxy.cuts, publishedAgain: publisher.again.size }))
  t.diagnostic(
    JSON.stringify({
      lost: good.filter((id) => !faulty.handled.has(id)).length,
      twice: twice.length,
      outOfOrder: early,
      dead: dead.length,
      wronglyDead: dead.filter(({ id }) => good.includes(id)),
    }),
  )
  assert.deepEqual([...faulty.handled.keys()].toSorted(), good.toSorted())
  assert.deepEqual(
    twice.filter((id) => !faulty.redelivered.has(id) && !publisher.again.has(id)),
    [],
  )
  assert.deepEqual(early, [])
  assert.deepEqual([...new Set(dead.map(({ id }) => id))].toSorted(), [...traffic.poison, ...traffic.broken].toSorted())
})
