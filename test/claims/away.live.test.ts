// The store of claims is away, or slow, while events come. `CLAIMS_OUTAGE_MS=60000` is the long run.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { metrics } from '@opentelemetry/api'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { openRedisClaims } from '../../lib/claims/redis-claims.ts'
import { openS3Claims } from '../../lib/claims/s3-claims.ts'
import { createSharedClaims, type Store } from '../../lib/claims/shared-claims.ts'
import { keyOf } from '../../lib/core/claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { createHandOn, type HandedOn } from '../../lib/core/hand-on.ts'
import { createLogger } from '../../lib/process/log.ts'
import { ceph } from '../services/live.ts'
import { startRedis } from '../services/redis.ts'
import { type GateProxy, startGateProxy } from './gate-proxy.ts'

const reader = new (class extends MetricReader {
  protected override onForceFlush = async () => {}
  protected override onShutdown = async () => {}
})()
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))

/** The value of the counter `tidings.claims.unclaimed` for one function, over its replicas. */
const unclaimedOf = async (name: string): Promise<number> => {
  const { resourceMetrics } = await reader.collect()
  let sum = 0
  for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)) {
    if (descriptor.name !== 'tidings.claims.unclaimed') continue
    for (const { attributes, value } of dataPoints) if (attributes.function === name) sum += Number(value)
  }
  return sum
}

type Place = {
  open(lost: () => void): Promise<Store>
  readonly gate: Pick<GateProxy, 'cut' | 'slow' | 'restore'>
}

/** A short lease: a claim that the store took and could not answer ends with it. */
const limits = { leaseMs: 3000, ttlMs: 86_400_000, timeoutMs: 1000 }
const patient = { ...limits, timeoutMs: 3 * limits.timeoutMs }

const places: Readonly<Record<string, (t: TestContext) => Promise<Place>>> = {
  Redis: async (t) => {
    const redis = await startRedis()
    t.after(() => redis.stop())
    const gate = await startGateProxy(redis.port)
    t.after(gate.close)
    const url = new URL(`redis://127.0.0.1:${gate.port}`)
    return { gate, open: (lost) => openRedisClaims({ url }, patient, lost) }
  },
  'Redis that is stopped': async (t) => {
    const redis = await startRedis()
    t.after(() => {
      redis.resume()
      return redis.stop()
    })
    const url = new URL(redis.url)
    return {
      gate: { cut: redis.pause, slow: redis.pause, restore: redis.resume },
      open: (lost) => openRedisClaims({ url }, patient, lost),
    }
  },
  'the gateway': async (t) => {
    const { endpoint, accessKey, secretKey } = ceph()
    const gate = await startGateProxy(Number(new URL(endpoint).port))
    t.after(gate.close)
    const gateway = {
      endpoint: new URL(`http://127.0.0.1:${gate.port}`),
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    }
    const place = { bucket: `away-${randomUUID()}`, prefix: 'photos/' }
    return { gate, open: () => openS3Claims(gateway, place, { ...patient, log: createLogger('claims') }) }
  },
}

const LONG_MS = Number(process.env.CLAIMS_OUTAGE_MS ?? 0)
/** Shorter and longer than a call of the store may take. */
const OUTAGES_MS = LONG_MS > 0 ? [LONG_MS] : [300, 1500]

const eventOf = (id: string): CloudEvent => ({
  ...{ specversion: '1.0', id, source: 'away', type: 't', datacontenttype: 'application/json', data: {} },
})
const events = (name: string, count = 20): readonly CloudEvent[] =>
  Array.from({ length: count }, (_, index) => eventOf(`${name}-${index}`))

/** Functions of one name that share the store, and what they did. */
const replicas = (t: TestContext, place: Pick<Place, 'open'>, whenAway: 'process' | 'retry', count: number) => {
  const name = randomUUID()
  const effects: { readonly id: string; readonly fence: number | undefined }[] = []
  let hold: (() => Promise<void>) | undefined
  const handOns = Array.from({ length: count }, () => {
    const claims = createSharedClaims(place.open, { ...limits, name, whenAway })
    t.after(claims.close)
    return createHandOn({
      claims,
      sink: {
        deliver: async (ours, _signal, settle, _replyTo, claimOf) => {
          await hold?.()
          for (const event of ours) {
            effects.push({ id: event.id, fence: claimOf?.(event)?.fence })
            settle?.(event, 'taken')
          }
        },
      },
    })
  })
  const send = async (sent: readonly CloudEvent[], to = 0): Promise<readonly (HandedOn | undefined)[]> => {
    const fates = await handOns[to]?.(sent, undefined)
    return sent.map((event) => fates?.get(event))
  }
  return {
    name,
    effects,
    send,
    /** As a sender does: again and again until it is acknowledged. */
    sendUntilTaken: async (sent: readonly CloudEvent[], to = 0) => {
      for (let left = sent; left.length > 0; await delay(20)) {
        const fates = await send(left, to)
        left = left.filter((_event, index) => isError(fates[index]))
      }
    },
    /** The next call of the handler waits for `release`; `entered` tells that it is there. */
    holdNext: () => {
      const entered = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      hold = () => {
        hold = undefined
        entered.resolve()
        return released.promise
      }
      return { entered: entered.promise, release: released.resolve }
    },
  }
}

const isError = (fate: HandedOn | undefined): boolean => typeof fate === 'object'

const ids = (of: readonly { readonly id: string }[]): readonly string[] => [...new Set(of.map(({ id }) => id))].sort()

for (const [what, start] of Object.entries(places)) {
  for (const whenAway of ['process', 'retry'] as const) {
    test(`${what} is away, CLAIMS_WHEN_AWAY=${whenAway}: each call ends, and each event is handled once`, async (t) => {
      const { gate, ...place } = await start(t)
      const { name, effects, send, sendUntilTaken, holdNext } = replicas(t, place, whenAway, 2)
      const [before, inHand, meanwhile] = [events('before'), events('in-hand'), events('meanwhile')]
      await sendUntilTaken(before)
      const { entered, release } = holdNext()
      const underWay = send(inHand)
      await entered

      gate.cut()
      release()
      assert.deepEqual(new Set(await underWay), new Set(['taken']))
      const fates = await send(meanwhile)
      if (whenAway === 'process') assert.deepEqual(new Set(fates), new Set(['taken']))
      else assert.ok(fates.every(isError))
      assert.deepEqual(new Set(await send([...before, ...inHand])), new Set(['duplicate']))
      gate.restore()

      // The other replica gets all again, once the first one has told the store what it did meanwhile.
      const all = [...before, ...inHand, ...meanwhile]
      await sendUntilTaken(all)
      for (const event of all) while (!(await isDone(place, name, event))) await delay(50)
      await sendUntilTaken(all, 1)
      assert.deepEqual([ids(effects), effects.length], [ids(all), all.length])
      const unclaimed = effects.filter(({ fence }) => fence === undefined)
      assert.deepEqual(ids(unclaimed), whenAway === 'process' ? ids(meanwhile) : [])
      assert.equal(await unclaimedOf(name), unclaimed.length)
    })
  }
}

for (const what of ['Redis', 'the gateway'] as const) {
  for (const fault of ['cut', 'slow'] as const) {
    for (const whenAway of ['process', 'retry'] as const) {
      test(`${what} is ${fault} for ${OUTAGES_MS.join(', ')} ms, CLAIMS_WHEN_AWAY=${whenAway}: two replicas handle all that is sent to them`, async (t) => {
        const { gate, ...place } = (await places[what]?.(t)) ?? assert.fail()
        const { name, effects, sendUntilTaken } = replicas(t, place, whenAway, 2)
        const sent: CloudEvent[] = []
        const waits: number[] = []
        let isOver = false
        const sending = Promise.all(
          Array.from({ length: 8 }, async () => {
            while (!isOver) {
              const index = sent.length
              const event = eventOf(`photo-${index}`)
              sent.push(event)
              const start = performance.now()
              await sendUntilTaken([event], index % 2)
              waits.push(performance.now() - start)
              // A second delivery, to the other one.
              if (index % 4 === 0) await sendUntilTaken([event], (index + 1) % 2)
              await delay(20)
            }
          }),
        )
        for (const awayMs of OUTAGES_MS) {
          const count = waits.length
          while (waits.length < count + 40) await delay(5)
          if (fault === 'cut') gate.cut()
          else gate.slow(1.5 * limits.timeoutMs)
          await delay(awayMs)
          gate.restore()
        }
        isOver = true
        await sending
        assert.deepEqual(ids(effects), ids(sent))
        const unclaimed = effects.filter(({ fence }) => fence === undefined)
        if (whenAway === 'retry') assert.deepEqual([unclaimed, effects.length], [[], sent.length])
        assert.equal(await unclaimedOf(name), unclaimed.length)
        const twice = effects.length - sent.length
        t.diagnostic(
          `${what} ${fault}, ${whenAway}: ${sent.length} events, ${unclaimed.length} without a claim, ${twice} twice, the longest took ${Math.max(...waits).toFixed(0)} ms`,
        )
      })
    }
  }
}

/** Whether the store knows that an event is done. */
const isDone = async (place: Pick<Place, 'open'>, name: string, event: CloudEvent): Promise<boolean> => {
  const probe = createSharedClaims(place.open, { ...limits, name, whenAway: 'retry' })
  const claimed = await probe.claim(keyOf(event))
  if (claimed !== 'done' && 'fence' in claimed) await probe.mark(claimed, 'free')
  await probe.close()
  return claimed === 'done'
}
