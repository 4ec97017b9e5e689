// Messages that end the process that handles them.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { declareQueues } from '../../lib/relay/broker/queues.ts'
import { createRetryRule } from '../../lib/relay/consuming/settle.ts'
import type { RelayOptions } from '../../lib/relay/options.ts'
import { compileCache } from '../compile-cache.ts'
import { numbered, openLab, relayOptions, until } from './rig.ts'

const { rig, prepare } = await openLab()

/** Starts a relay again whenever it ends, as a supervisor does. */
const supervise = (options: RelayOptions) => {
  const handled: string[] = []
  let deaths = 0
  let isStopping = false
  const start = () => {
    const started = spawn(process.execPath, [join(import.meta.dirname, 'mortal-relay.ts'), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...compileCache },
    })
    createInterface(started.stdout).on('line', (line) => handled.push(line))
    started.on('close', () => {
      if (isStopping) return
      deaths++
      child = start()
    })
    return started
  }
  let child = start()
  return {
    handled,
    deaths: () => deaths,
    async stop() {
      isStopping = true
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    },
  }
}

const good = numbered('good', 60)
const at = (index: number, killer: string) => good.toSpliced(index, 0, killer)

/** The short run, one for each kind of queue. `CHAOS_MESSAGES` asks for all. */
const FEW = new Set([
  'quorum: two, the first and the last',
  'classic: one, in the middle',
  'quorum, in order: two, the first and the last',
])
const CASES: Readonly<Record<string, readonly string[]>> = {
  'one, the first': at(0, 'killer1'),
  'one, in the middle': at(30, 'killer1'),
  'one, the last': at(60, 'killer1'),
  'two, the first and the last': ['killer1', ...good, 'killer2'],
  'two, side by side': at(30, 'killer1').toSpliced(31, 0, 'killer2'),
}

let count = 0
for (const [type, ordered] of [
  ['quorum', false],
  ['classic', false],
  ['quorum', true],
] as const) {
  for (const [where, bodies] of Object.entries(CASES)) {
    const which = `${type}${ordered ? ', in order' : ''}: ${where}`
    if (!process.env.CHAOS_MESSAGES && !FEW.has(which)) continue
    test(`killers die alone on ${which}`, async (t) => {
      const { queue, source } = await prepare(`killers${++count}`, { type })
      const killers = bodies.filter((body) => body.startsWith('killer'))
      const options = relayOptions(source, {
        batch: { size: 100, lingerMs: 50 },
        concurrency: 1,
        ordered,
        prefetch: 200,
      })
      // All messages are there when the relay starts.
      await declareQueues(rig.connection, source, createRetryRule(options.retry).delaysMs)
      await rig.publish('', queue.name, bodies)

      const relay = supervise(options)
      const dead = `${queue.name}.dead-letters`
      await until('the killers are dead letters', async () => (await rig.depth(dead)) === killers.length)
      await until('the others are handled', () => good.every((body) => relay.handled.includes(body)))
      await until('nothing is left', async () => {
        const left = [await rig.depth(queue.name), await rig.depth(`${queue.name}.alone`)]
        return left.every((messages) => messages === 0)
      })
      await relay.stop()

      const letters = []
      for (let one = await rig.take(dead); one; one = await rig.take(dead)) letters.push(one)
      assert.deepEqual(letters.map(({ content }) => content.toString()).toSorted(), killers.toSorted())
      for (const { properties } of letters)
        assert.equal(properties.headers?.['x-tidings-reason'], 'its handling ended the process 3 times')
      t.diagnostic(`${relay.deaths()} deaths, ${relay.handled.length - good.length} handled twice`)
      assert.ok(relay.deaths() <= 5, `${relay.deaths()} deaths`)
    })
  }
}
