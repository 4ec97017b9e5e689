// One run of messages through relays while things go wrong, and the count of what came of it.
import { setTimeout } from 'node:timers/promises'
import { HEADERS } from '../../lib/relay/broker/copy.ts'
import { type RabbitMQ, startRabbitMQ } from '../services/rabbitmq.ts'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'
import { distinctNotifications, type Notification } from './distinct.ts'
import { type FaultyFunction, idIn, startFaultyFunction } from './faulty-function.ts'
import { createFleet, type Fleet } from './fleet.ts'
import type { MixedTraffic } from './mixed-traffic.ts'
import { openRig } from './rig.ts'
import { createStubbornPublisher, type StubbornPublisher } from './stubborn-publisher.ts'

export const QUEUE = 'chaos'
const CHUNK = 250
/** So many are published ahead of what is handled, so that there is always something under way when something dies. */
const AHEAD = 1500
const ASKED_AGAIN_EVERY = 40
/** A memory alarm ends after this time at most where nobody happens to publish. */
const ALARM_MS = 5000

/** How often each thing happens, evenly spread over the run. */
export type Disruptions = {
  readonly kills: number
  readonly restarts: number
  readonly outages: number
  readonly alarms: number
  readonly cutBelowBytes?: number | undefined
}

export type Chaos = {
  readonly faulty: FaultyFunction
  readonly publisher: StubbornPublisher
  readonly proxy: CuttingProxy
  readonly fleet: Fleet
  /** Publishes all while these things go wrong, and waits until every queue is empty. */
  run(traffic: MixedTraffic, disruptions: Disruptions): Promise<void>
  /** Ids of the notifications that were published beside, so that the function had something good to take. */
  readonly beside: readonly string[]
  /** The dead letters, which are taken out of their queue. */
  takeDead(): Promise<readonly DeadLetter[]>
  close(): Promise<void>
}

export type DeadLetter = { readonly id: string; readonly reason: string }

export type ChaosOptions = {
  readonly relays: number
  readonly faultRate: number
  readonly flags: readonly string[]
  readonly outageFaults: readonly ['cut' | 'unavailable', ...('cut' | 'unavailable')[]]
}

/** Which messages the function asks for again twice, in a run with this traffic. */
const isAskedAgain = (id: string): boolean => Number(/\d+$/.exec(id)?.[0]) % ASKED_AGAIN_EVERY === 5

export const startChaos = async ({ relays, faultRate, flags, outageFaults }: ChaosOptions): Promise<Chaos> => {
  const broker: RabbitMQ = await startRabbitMQ()
  const proxy = await startCuttingProxy(broker.port)
  const poison = new Set<string>()
  const faulty = await startFaultyFunction({
    faultRate,
    isPoison: (id) => poison.has(id),
    retriesOf: (id) => (isAskedAgain(id) ? 2 : 0),
  })
  const publisher = createStubbornPublisher(broker.url)
  const fixed = ['--queue', QUEUE, '--invoke', faulty.url, '--delivery-limit', '10000']
  const fleet = createFleet([...fixed, ...flags], broker.url.replace(String(broker.port), String(proxy.port)))
  const beside: string[] = []
  /** Ends every wait of a run that failed or took too long. */
  const over = new AbortController()
  const pause = (ms: number) => setTimeout(ms, undefined, { signal: over.signal })
  let underWay: Promise<unknown> = Promise.resolve()
  let expectedDead = 0

  const rig = await openRig(broker.url)
  // Durable, as what is published while a transient one has lost its bindings is nobody's.
  for (const exchange of new Set(distinctNotifications('', 500).map((one) => one.exchange)))
    await rig.channel.assertExchange(exchange, 'topic', { durable: true })
  await rig.close()
  await fleet.start().untilLogged(({ message }) => message === 'bound')
  for (let count = 1; count < relays; count++) fleet.start()

  /**
   * Until every queue of the relay is empty and nothing of it is in anybody's hands; but for the dead letters. The cloud goes
   * on meanwhile: where a function takes nothing at all, the relay blames the function, and keeps the messages.
   */
  const untilSettled = async (): Promise<void> => {
    for (;;) {
      const rows = (await broker.ctl('list_queues', 'name', 'messages')).trim().split('\n')
      const counts = new Map(rows.map((row) => row.split('\t') as [string, string])) // Two columns.
      const left = [...counts].filter(([name, messages]) => name !== `${QUEUE}.dead-letters` && Number(messages) > 0)
      if (left.length === 0 && Number(counts.get(`${QUEUE}.dead-letters`)) >= expectedDead) return
      const few = distinctNotifications(`beside${beside.length}`, 4)
      await publisher.publish(few)
      beside.push(...few.map(({ id }) => id))
      await pause(500)
    }
  }

  const outage = async (round: number): Promise<void> => {
    const fault = outageFaults[round % outageFaults.length] ?? outageFaults[0]
    const before = faulty.faults[fault]
    faulty.outage = fault
    while (faulty.faults[fault] === before) await pause(10)
    await fleet.untilPaused()
    faulty.outage = undefined
  }
  const alarm = async (): Promise<void> => {
    const blocked = publisher.untilBlocked()
    await broker.ctl('set_vm_memory_high_watermark', '0.000001')
    await Promise.race([blocked, pause(ALARM_MS)])
    await broker.ctl('set_vm_memory_high_watermark', '0.4')
  }
  /** As an update does it, and as a power cut does. */
  const restart = async (round: number): Promise<void> => {
    if (round % 2 === 1) await broker.kill()
    await broker.restart()
  }

  return {
    faulty,
    publisher,
    proxy,
    fleet,
    beside,
    async run(traffic, { kills, restarts, outages, alarms, cutBelowBytes }) {
      for (const id of traffic.poison) poison.add(id)
      expectedDead += traffic.poison.size + traffic.broken.size
      const before = faulty.handled.size
      const untilHandled = async (count: number): Promise<void> => {
        while (faulty.handled.size - before < count) await pause(10)
      }
      const spread = async (times: number, act: (round: number) => Promise<void>): Promise<void> => {
        for (let round = 0; round < times; round++) {
          await untilHandled(Math.floor((traffic.good.length * (round + 1)) / (times + 1)))
          await act(round)
        }
      }
      const publishAll = async (): Promise<void> => {
        for (let first = 0; first < traffic.messages.length; first += CHUNK) {
          const share = traffic.good.length / traffic.messages.length
          await untilHandled(Math.floor(first * share) - AHEAD)
          await publisher.publish(traffic.messages.slice(first, first + CHUNK))
        }
      }
      proxy.cutBelowBytes = cutBelowBytes
      const all = [
        publishAll(),
        spread(kills, fleet.killOne),
        spread(outages, outage),
        // Not at once: an alarm ends with a restart.
        spread(restarts + alarms, (round) => (round < alarms ? alarm() : restart(round - alarms))),
      ]
      underWay = Promise.allSettled(all)
      await Promise.all(all)
      proxy.cutBelowBytes = undefined
      await untilSettled()
    },
    async takeDead() {
      const end = await openRig(broker.url)
      const dead: DeadLetter[] = []
      const take = () => end.take(`${QUEUE}.dead-letters`)
      for (let one = await take(); one; one = await take())
        dead.push({ id: idIn(one.content), reason: String(one.properties.headers?.[HEADERS.reason]) })
      await end.close()
      expectedDead = 0
      return dead
    },
    async close() {
      over.abort()
      await publisher.close()
      await underWay
      await fleet.end()
      await faulty.close()
      await proxy.close()
      await broker.stop()
    },
  }
}

/** Messages that were handed to the function before one ahead of them was settled. */
export const outOfOrder = (
  messages: readonly Notification[],
  calls: FaultyFunction['calls'],
  { attempts, isUnordered }: { readonly attempts: number; readonly isUnordered: (id: string) => boolean },
): readonly string[] => {
  const ids = messages.map(({ id }) => id).filter((id) => !isUnordered(id))
  const places = new Map(ids.map((id, place) => [id, place]))
  const tried = new Map<string, number>()
  const settled = new Set<string>()
  const early = new Set<string>()
  let next = 0
  for (const { id, isSettled } of calls) {
    const place = places.get(id)
    if (place === undefined) continue
    while (settled.has(ids[next] ?? '')) next++
    if (place > next) early.add(`${id} before ${ids[next]}`)
    const tries = (tried.get(id) ?? 0) + 1
    tried.set(id, tries)
    if (isSettled || tries >= attempts) settled.add(id)
  }
  return [...early]
}
