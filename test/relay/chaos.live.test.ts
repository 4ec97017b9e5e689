// All that goes wrong at once. `CHAOS_MESSAGES=50000` is the long run.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startChaos } from './chaos.ts'
import { mixedTraffic } from './mixed-traffic.ts'

const MESSAGES = Number(process.env.CHAOS_MESSAGES ?? 1000)
/** Of a number for 50,000 messages, as many as befit this run. */
const scaled = (count: number, least: number) => Math.max(least, Math.round((count * MESSAGES) / 50_000))

const flags = ['--binding-keys', '#', '--batch-size', '20', '--concurrency', '2', '--attempts', '8']
const chaos = await startChaos({
  relays: 2,
  faultRate: 0.05,
  outageFaults: ['unavailable', 'cut'],
  flags: [...flags, '--retry-first-delay-ms', '50', '--retry-max-delay-ms', '800'],
})
const { faulty, publisher, proxy, fleet } = chaos
after(chaos.close)

const calm = mixedTraffic('calm', Math.round(MESSAGES / 5))
const storm = mixedTraffic('storm', MESSAGES - Math.round(MESSAGES / 5))

const twice = (prefix: string) =>
  [...faulty.handled].filter(([id, times]) => id.startsWith(prefix) && times > 1).map(([id]) => id)

test(`${MESSAGES} messages: relays killed and cut off, broker restarted, function failing`, {
  timeout: process.env.CHAOS_MESSAGES ? 40 * 60_000 : 240_000,
}, async (t) => {
  const quiet = { kills: 0, restarts: 0, outages: scaled(4, 1), alarms: 1 }
  await chaos.run(calm, quiet)
  assert.deepEqual(twice('calm'), [], 'nothing comes twice where no relay was killed or cut off')

  const wild = { kills: scaled(25, 3), restarts: scaled(4, 1), outages: scaled(6, 1), alarms: scaled(2, 0) }
  await chaos.run(storm, { ...wild, cutBelowBytes: scaled(3_000_000, 1_000_000) })
  await fleet.stop()

  const dead = await chaos.takeDead()
  const good = [...calm.good, ...storm.good, ...chaos.beside]
  const unexplained = twice('').filter((id) => !faulty.redelivered.has(id) && !publisher.again.has(id))
  t.diagnostic(`calm: ${JSON.stringify(quiet)}; storm: ${JSON.stringify({ ...wild, cuts: proxy.cuts })}`)
  t.diagnostic(`faults ${JSON.stringify(faulty.faults)}; ${publisher.again.size} published again`)
  t.diagnostic(
    JSON.stringify({
      lost: good.filter((id) => !faulty.handled.has(id)).length,
      twice: twice('').length,
      dead: dead.length,
      wronglyDead: dead.filter(({ id }) => good.includes(id)),
    }),
  )
  assert.deepEqual([...faulty.handled.keys()].toSorted(), good.toSorted())
  assert.deepEqual(unexplained, [])
  const bad = [calm, storm].flatMap(({ poison, broken }) => [...poison, ...broken])
  assert.deepEqual([...new Set(dead.map(({ id }) => id))].toSorted(), bad.toSorted())
})
