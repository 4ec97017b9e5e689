import type { ClaimOf } from '../../core/claims.ts'
import type { CloudEvent } from '../../core/cloudevent.ts'
import type { Fate, Settle, Sink } from '../../core/sink.ts'
import { hasCode, SinkRefusedError } from '../../process/errors.ts'
import type { Logger } from '../../process/log.ts'
import { crypto } from '../../process/secrets.ts'
import type { Routes, Target } from './read-routes.ts'

export type RoutedSink = Sink & {
  /** Whether any route takes the event. The result is kept, and delivering this object uses it. */
  wants(event: CloudEvent): boolean
}

/** A sink, under the name that claims know it by. */
type Named = { readonly name: string; readonly sink: Sink }

/** The fates of one event at its sinks. */
type Progress = {
  /** Names of sinks, in the order of the routes. */
  readonly required: Set<string>
  readonly taken: string[]
  readonly failures: Map<string, unknown>
}

type Opened = readonly [sink: Named, required: boolean]

/**
 * Hands each event to the sinks of all routes that match it. It is taken once every required sink took it. If one of them is
 * away, the event has to come again. Its claim keeps which sinks took it, so that these do not get it a second time.
 *
 * An optional sink is tried once with each delivery. Its failure is logged, and holds nothing up but the end of the call.
 *
 * @param open opens the sink of a target. Targets that are written alike share one
 */
export const createRoutedSink = (
  { routes, otherwise }: Routes,
  { open, log }: { readonly open: (target: Target) => Sink; readonly log: Logger },
): RoutedSink => {
  const named = nameTargets(open)
  const opened = (target: Target): Opened => [named(target), target.required]
  const table = routes.map(({ matches, targets }) => ({ matches, targets: targets.map(opened) }))
  const fallback = otherwise.map(opened)
  /** The sinks of an event, each with whether one of the event's routes requires it. */
  const targetsOf = (event: CloudEvent): ReadonlyMap<Named, boolean> => {
    const matching = table.filter(({ matches }) => matches(event))
    const targets = matching.length === 0 ? fallback : matching.flatMap((route) => route.targets)
    const optional = targets.filter(([, required]) => !required)
    return new Map([...optional, ...targets.filter(([, required]) => required)])
  }
  const found = new WeakMap<CloudEvent, ReturnType<typeof targetsOf>>()

  const note = ({ name }: Named, event: CloudEvent, fate: Fate, progress: Progress): void => {
    if (typeof fate === 'string' || !('error' in fate)) progress.taken.push(name)
    else if (progress.required.has(name)) progress.failures.set(name, fate.error)
    else log.warn({ event: event.id, sink: name, error: fate.error }, 'an optional sink did not take the event')
  }

  return {
    wants: (event) => {
      const targets = targetsOf(event)
      if (targets.size > 0) found.set(event, targets)
      return targets.size > 0
    },
    deliver: async (events, signal, settle, _replyTo, claimOf) => {
      const progress = new Map<CloudEvent, Progress>()
      const queues = new Map<Named, CloudEvent[]>()
      for (const event of events) {
        const before = claimOf?.(event)?.taken
        const required = new Set<string>()
        progress.set(event, { required, taken: [], failures: new Map() })
        for (const [target, isRequired] of found.get(event) ?? targetsOf(event)) {
          if (before?.includes(target.name)) continue
          if (isRequired) required.add(target.name)
          const queue = queues.get(target) ?? []
          queues.set(target, queue)
          queue.push(event)
        }
      }
      await Promise.all(
        [...queues].map(([target, queue]) =>
          deliverTo(target.sink, queue, signal, (event, fate) => {
            const noted = progress.get(event)
            if (noted !== undefined) note(target, event, fate, noted)
          }),
        ),
      )
      const errors = await Promise.all(
        [...progress].map(async ([event, { required, taken, failures }]) => {
          const error = worstOf([...required].filter((name) => failures.has(name)).map((name) => failures.get(name)))
          if (error !== undefined) await keepTaken(claimOf, event, taken)
          settle?.(event, error === undefined ? 'taken' : { error })
          return error
        }),
      )
      const first = errors.find((error) => error !== undefined)
      if (first !== undefined) throw first
    },
    close: async () => {
      await Promise.all([...named.all()].map(({ sink }) => sink.close?.()))
    },
  }
}

/**
 * Names go to the store of the claims and to the log, so they show no credentials, no parameters, and not the path of a webhook, which
 * may be a secret. A hash of what is left out tells sinks of one place apart. It does not depend on the order of the routes, because
 * claims outlive a change of them. Only targets that differ in nothing but credentials or options are numbered.
 */
const nameTargets = (open: (target: Target) => Sink) => {
  const byText = new Map<string, Named>()
  const names = new Map<string, number>()
  const toNamed = (target: Target): Named => {
    const { url, required: _, ...options } = target
    const text = JSON.stringify([url, options])
    const known = byText.get(text)
    if (known !== undefined) return known
    const place = placeName(url)
    const count = (names.get(place) ?? 0) + 1
    names.set(place, count)
    const one = { name: count === 1 ? place : `${place}#${count}`, sink: open(target) }
    byText.set(text, one)
    return one
  }
  return Object.assign(toNamed, { all: () => byText.values() })
}

const placeName = ({ protocol, host, pathname, search }: URL): string => {
  const isWebhook = /^https?:$/.test(protocol)
  const place = `${protocol}${host === '' ? '' : `//${host}`}${isWebhook ? '' : pathname}`
  const hidden = `${isWebhook ? pathname : ''}${search}`
  return hidden === '' || hidden === '/' ? place : `${place}#${crypto().hash('sha256', hidden, 'hex').slice(0, 8)}`
}

/** Returns a result for every event, also for those that the sink does not report. */
const deliverTo = async (
  sink: Sink,
  events: readonly CloudEvent[],
  ...[signal, settle]: [AbortSignal | undefined, Settle]
): Promise<void> => {
  const waiting = new Set(events)
  const settleOne: Settle = (event, fate) => {
    if (waiting.delete(event)) settle(event, fate)
  }
  const settleRest = (fate: Fate): void => {
    for (const event of [...waiting]) settleOne(event, fate)
  }
  try {
    await sink.deliver(events, signal, settleOne)
    settleRest('taken')
  } catch (error) {
    settleRest({ error })
  }
}

const keepTaken = async (claimOf: ClaimOf | undefined, event: CloudEvent, names: readonly string[]): Promise<void> => {
  for (const name of names) await claimOf?.(event)?.takenBy(name)
}

/**
 * A sink that may take the event later comes first: the event is a dead letter only once the others have it. Where all refuse it, the
 * error names each, in an order that is the same at every try: the id of the dead letter is made of it.
 */
const worstOf = (errors: readonly unknown[]): unknown => {
  const refusals = errors.filter((error) => hasCode<SinkRefusedError>(error, 'sink_refused'))
  if (refusals.length < errors.length) return errors.find((error) => !hasCode<SinkRefusedError>(error, 'sink_refused'))
  return refusals.length > 1 ? new SinkRefusedError(refusals.map(({ message }) => message).join('; ')) : refusals[0]
}
