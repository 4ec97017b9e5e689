import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startRelayProcess } from '../cli/relay-process.ts'
import { startHost } from '../host-process.ts'
import { ask, type ClientReply } from '../http-client.ts'
import { freePorts } from '../services/ports.ts'
import type { Death, Entry } from './history.ts'

export type StormFleet = {
  /** Sends it to any host that is there. Undefined: that one was killed before it answered. */
  post(body: string, headers?: Readonly<Record<string, string>>): Promise<ClientReply | undefined>
  /** Sends it to one host after the other, until one has handled it. */
  postUntilHandled(body: string): Promise<void>
  /** Kills one process after the other, a host and a relay in turn, and starts another one in its place. */
  killNext(): Promise<Death>
  /** Stops all in good order. Resolves to what became of claims in all processes. */
  stop(): Promise<readonly Entry[]>
}

export type FleetOptions = {
  /** So many hosts, and as many relays. */
  readonly processes: number
  /** How many messages a relay hands over at once. */
  readonly batch: number
  readonly environment: Readonly<Record<string, string>>
  readonly amqpUrl: string
  /** The relays have a queue for the notifications of the gateway too. */
  readonly withGateway: boolean
}

type Member = {
  readonly by: string
  readonly log: readonly Line[]
  readonly exited: Promise<unknown>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

type Line = Pick<Entry, 'event' | 'fence'> & {
  readonly time: string
  readonly name: string
  readonly message: string
}

/** OpenStack's notifications come to the one, those that a gateway publishes to its exchange of the same name to the other. */
export const QUEUES = { openstack: 'storm', ceph: 'storm-ceph' } as const

const FUNCTION = fileURLToPath(new URL('storm-function.ts', import.meta.url))

/** Hosts and relays that serve storm-function.ts, each a process of its own. The queues of the relays are those of `QUEUES`. */
export const startFleet = async (t: TestContext, options: FleetOptions): Promise<StormFleet> => {
  const { processes, batch, amqpUrl, withGateway } = options
  const environment = { FUNCTION, ALLOW_ANONYMOUS: 'true', LOG_LEVEL: 'debug', ...options.environment }
  const ports = await freePorts(processes)
  const startHostAt = async (port: number): Promise<Member> => {
    const { process: child, log, stop } = await startHost({ ...environment, PORT: String(port) })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    return { by: String(child.pid), log, exited, stop }
  }
  const flags = [
    ...['--binding-keys', '#', '--batch-size', String(batch), '--concurrency', '2'],
    ...['--attempts', '50', '--retry-first-delay-ms', '100', '--retry-max-delay-ms', '1000'],
    ...['--delivery-limit', '10000'],
  ]
  const sources = [
    `${amqpUrl}?queue=${QUEUES.openstack}`,
    ...(withGateway ? [`${amqpUrl}?queue=${QUEUES.ceph}&exchanges=${QUEUES.ceph}`] : []),
  ]
  const startRelay = async (): Promise<Member> => {
    const relay = startRelayProcess(flags, { ...environment, AMQP_URL: sources.join(' ') })
    await relay.untilLogged(() => relay.log.filter(({ message }) => message === 'bound').length >= sources.length)
    return { by: String(relay.pid), log: relay.log, exited: relay.exited, stop: relay.stop }
  }
  const starts = ports.flatMap((port) => [() => startHostAt(port), startRelay])
  const members = await Promise.all(starts.map((start) => start()))
  const everyone = [...members]
  t.after(() => Promise.all(members.map((member) => member.stop('SIGKILL'))))
  const down = new Set<number>()
  let kills = 0

  const post: StormFleet['post'] = (body, headers = {}) => {
    const up = [...ports.keys()].filter((at) => !down.has(2 * at))
    const at = up[Math.floor(Math.random() * up.length)] ?? 0
    const reply = ask({ port: ports[at] ?? 0, body, headers }).catch(() => undefined)
    // A killed host answers nothing, or the half of an answer.
    return Promise.race([reply, members[2 * at]?.exited.then(() => undefined)])
  }

  return {
    post,
    async postUntilHandled(body) {
      while ((await post(body))?.status !== 204) await delay(20, undefined, { signal: t.signal })
    },
    async killNext() {
      const at = kills % members.length
      kills++
      const { by, stop } = members[at] ?? assert.fail()
      down.add(at)
      assert.equal(await stop('SIGKILL'), null)
      const death = { at: Date.now(), by }
      const next = await (starts[at] ?? assert.fail())()
      members[at] = next
      down.delete(at)
      everyone.push(next)
      return death
    },
    async stop() {
      assert.deepEqual(new Set(await Promise.all(members.map((member) => member.stop()))), new Set([0]))
      return everyone.flatMap(claimsIn)
    },
  }
}

const WHAT: Readonly<Record<string, Entry['what']>> = {
  claimed: 'claimed',
  'claim done': 'done',
  'claim given back': 'freed',
}

const claimsIn = ({ by, log }: Member): readonly Entry[] =>
  log.flatMap(({ name, message, time, event, fence }) => {
    const what = name === 'storm' ? WHAT[message] : undefined
    return what === undefined ? [] : [{ at: Date.parse(time), by, event, fence, what }]
  })
