// The store of claims is away while events come. Redis is stopped where it is; the gateway is behind a proxy that cuts every
// connection.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { metrics } from '@opentelemetry/api'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { openRedisClaims } from '../../lib/claims/redis-claims.ts'
import { openS3Claims } from '../../lib/claims/s3-claims.ts'
import { createSharedClaims, type Store } from '../../lib/claims/shared-claims.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { createHandOn, type HandedOn } from '../../lib/core/hand-on.ts'
import { createLogger } from '../../lib/process/log.ts'
import { startCuttingProxy } from '../relay/cutting-proxy.ts'
import { ceph } from '../services/live.ts'
import { startRedis } from '../services/redis.ts'

const reader = new (class extends MetricReader {
  protected override onForceFlush = async () => {}
  protected override onShutdown = async () => {}
})()
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))

/** What `tidings.claims.unclaimed` says of one function, over its replicas. */
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
  cut(): void
  restore(): void
}

/** A short lease: a claim that the store took and could not answer ends with it. */
const limits = { leaseMs: 1000, ttlMs: 86_400_000, timeoutMs: 2000 }

const places: Readonly<Record<string, (t: TestContext) => Promise<Place>>> = {
  'Redis that is stopped': async (t) => {
    const redis = await startRedis()
    t.after(() => {
      redis.resume()
      return redis.stop()
    })
    const open = (lost: () => void) => openRedisClaims({ url: new URL(redis.url) }, limits, lost)
    return { open, cut: redis.pause, restore: redis.resume }
  },
  'a gateway that is cut off': async (t) => {
    const { endpoint, accessKey, secretKey } = ceph()
    const proxy = await startCuttingProxy(Number(new URL(endpoint).port))
    t.after(proxy.close)
    const gateway = {
      endpoint: new URL(`http://127.0.0.1:${proxy.port}`),
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    }
    const place = { bucket: `away-${randomUUID()}`, prefix: 'photos/' }
    return {
      open: () => openS3Claims(gateway, place, { ...limits, log: createLogger('claims') }),
      cut: () => {
        proxy.cutBelowBytes = 1
      },
      restore: () => {
        proxy.cutBelowBytes = undefined
      },
    }
  },
}

/** Shorter and longer than a call of the store may take: it is slow, and it is away. */
const OUTAGES_MS = [300, 2500, 300, 2500]

const eventOf = (id: string): CloudEvent => ({
  ...{ specversion: '1.0', id, source: 'away', type: 't', datacontenttype: 'application/json', data: {} },
})
const events = (name: string, count = 20): readonly CloudEvent[] =>
  Array.from({ length: count }, (_, index) => eventOf(`${name}-${index}`))

/** Functions of one name that share the store, and what they did. */
const replicas = (place: Place, whenAway: 'process' | 'retry', count: number) => {
  const name = randomUUID()
  const effects: { readonly id: string; readonly fence: number | undefined }[] = []
  let hold: (() => Promise<void>) | undefined
  const handOns = Array.from({ length: count }, () =>
    createHandOn({
      claims: createSharedClaims(place.open, { ...limits, name, whenAway }),
      sink: {
        deliver: async (ours, _signal, settle, _replyTo, claimOf) => {
          await hold?.()
          for (const event of ours) {
            effects.push({ id: event.id, fence: claimOf?.(event)?.fence })
            settle?.(event, 'taken')
          }
        },
      },
    }),
  )
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
    test(`${what}, CLAIMS_WHEN_AWAY=${whenAway}: each call ends while it is away, and no event is lost`, async (t) => {
      const place = await start(t)
      const { name, effects, send, sendUntilTaken, holdNext } = replicas(place, whenAway, 1)
      const [before, inHand, meanwhile] = [events('before'), events('in-hand'), events('meanwhile')]
      await sendUntilTaken(before)
      const { entered, release } = holdNext()
      const underWay = send(inHand)
      await entered

      place.cut()
      release()
      assert.deepEqual(new Set(await underWay), new Set(['taken']))
      const fates = await send(meanwhile)
      if (whenAway === 'process') assert.deepEqual(new Set(fates), new Set(['taken']))
      else assert.ok(fates.every(isError))
      assert.deepEqual(new Set(await send([...before, ...inHand])), new Set(['duplicate']))
      place.restore()

      const all = [...before, ...inHand, ...meanwhile]
      await sendUntilTaken(all)
      assert.deepEqual([ids(effects), effects.length], [ids(all), all.length])
      const unclaimed = effects.filter(({ fence }) => fence === undefined)
      assert.deepEqual(ids(unclaimed), whenAway === 'process' ? ids(meanwhile) : [])
      assert.equal(await unclaimedOf(name), unclaimed.length)
    })

    test(`${what} again and again, CLAIMS_WHEN_AWAY=${whenAway}: two replicas handle all that is sent to them`, async (t) => {
      const place = await start(t)
      const { name, effects, sendUntilTaken } = replicas(place, whenAway, 2)
      const sent = events('photo', 200)
      const queue = sent.entries()
      let taken = 0
      const sending = Promise.all(
        Array.from({ length: 8 }, async () => {
          for (const [index, event] of queue) {
            await sendUntilTaken([event], index % 2)
            // A second delivery, to the other one.
            if (index % 4 === 0) await sendUntilTaken([event], (index + 1) % 2)
            taken += 1
          }
        }),
      )
      for (const [index, awayMs] of OUTAGES_MS.entries()) {
        while (taken < (index + 1) * 40) await delay(5)
        place.cut()
        await delay(awayMs)
        place.restore()
      }
      await sending
      assert.deepEqual(ids(effects), ids(sent))
      const unclaimed = effects.filter(({ fence }) => fence === undefined)
      if (whenAway === 'retry') assert.deepEqual(unclaimed, [])
      assert.equal(await unclaimedOf(name), unclaimed.length)
      t.diagnostic(`${effects.length} effects of ${sent.length} events, ${unclaimed.length} without a claim`)
    })
  }
}
