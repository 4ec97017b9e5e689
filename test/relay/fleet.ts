import assert from 'node:assert/strict'
import { type RelayProcess, startRelayProcess } from '../cli/relay-process.ts'
import { until } from './rig.ts'

export type Fleet = {
  /** Starts one more relay. */
  start(): RelayProcess
  /** Kills the oldest relay, and starts another one in its place. */
  killOne(): Promise<void>
  /** Until one of the relays is paused. */
  untilPaused(): Promise<void>
  /** Stops all in good order. */
  stop(): Promise<void>
  /** For `after`. */
  end(): Promise<void>
}

/** Relays with the same flags, each a process of its own. */
export const createFleet = (flags: readonly string[], amqpUrl: string): Fleet => {
  let running: RelayProcess[] = []
  const start = () => {
    const relay = startRelayProcess(flags, { AMQP_URL: amqpUrl, LOG_LEVEL: 'info' })
    running.push(relay)
    return relay
  }
  return {
    start,
    async killOne() {
      const victim = running.shift()
      assert.equal(await victim?.stop('SIGKILL'), null)
      start()
    },
    async untilPaused() {
      await until('a relay is paused', () =>
        running.some(({ log }) =>
          log.findLast(({ message }) => /^(paused|resumed)/.test(message))?.message.startsWith('paused'),
        ),
      )
    },
    async stop() {
      const codes = await Promise.all(running.map((relay) => relay.stop()))
      assert.deepEqual(new Set(codes), new Set([0]))
      running = []
    },
    async end() {
      await Promise.all(running.map((relay) => relay.stop('SIGKILL')))
    },
  }
}
