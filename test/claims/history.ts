// Checks what several processes did with events that they claimed, by the lines that they wrote.

/** `claimed`, `done` and `freed` are written once the store has answered, `effect` at the effect itself. */
export type Entry = {
  /** By Date.now(). */
  readonly at: number
  /** The process. */
  readonly by: string
  readonly event: string
  readonly fence: number
  readonly what: 'claimed' | 'effect' | 'done' | 'freed'
}

/** A process, or the store for all of them, was killed. */
export type Death = { readonly at: number; readonly by: string | 'all' }

export type History = {
  /** Those of one process in their order. */
  readonly entries: readonly Entry[]
  readonly deaths: readonly Death[]
  /** Ids of the events. */
  readonly sent: readonly string[]
  /** No claim ends earlier, unless it is done or freed. */
  readonly leaseMs: number
}

export type Findings = {
  /** Faults of the history, in words. */
  readonly faults: readonly string[]
  /** Events with more than one effect. */
  readonly twice: readonly string[]
  /** Events that were claimed and not done when their process, or the store, was killed. */
  readonly inHand: ReadonlySet<string>
}

type Claim = Entry & { effects: number; ended?: Entry }

const RANK = { claimed: 0, effect: 1, done: 2, freed: 2 } as const

export const checkHistory = ({ entries, deaths, sent, leaseMs }: History): Findings => {
  const ordered = entries.toSorted((a, b) => a.at - b.at || RANK[a.what] - RANK[b.what])
  const byEvent = Map.groupBy(ordered, ({ event }) => event)
  const events = [...byEvent].map(([event, those]) => ({ event, ...claimsOf(those, leaseMs) }))
  const inHand = new Set<string>()
  for (const { event, claims } of events)
    if (claims.some((claim) => deaths.some((death) => isInHand(claim, death)))) inHand.add(event)

  const effects = new Map(events.map(({ event, effects }) => [event, effects]))
  const twice = events.filter((one) => one.effects > 1).map(({ event }) => event)
  return {
    faults: [
      ...events.flatMap(({ faults }) => faults),
      ...sent.filter((event) => !effects.get(event)).map((event) => `${event} is lost`),
      ...twice.filter((event) => !inHand.has(event)).map((event) => `${event} has two effects, in no hand at a kill`),
    ],
    twice,
    inHand,
  }
}

/** The claims and effects of one event. The store may have answered another process sooner than the one that gave its claim back. */
const claimsOf = (entries: readonly Entry[], leaseMs: number) => {
  const claims: Claim[] = []
  const faults: string[] = []
  let effects = 0
  for (const entry of entries) {
    const fault = (text: string) => faults.push(`${entry.event}: ${entry.what} ${entry.fence} by ${entry.by}: ${text}`)
    const latest = claims.at(-1)
    const own = claims.find(({ by, fence }) => by === entry.by && fence === entry.fence)
    const done = claims.find(({ ended }) => ended?.what === 'done')
    if (entry.what === 'effect') effects++
    if (done !== undefined) fault(`${done.by} had done it`)
    else if (entry.what === 'claimed') {
      if (latest !== undefined && latest.fence >= entry.fence) fault(`${latest.fence} came before`)
      if (latest !== undefined && entry.at - latest.at < leaseMs && !isFreed(entries, latest))
        fault(`${latest.by} held it`)
      claims.push({ ...entry, effects: 0 })
    } else if (own === undefined) fault('without a claim')
    else if (own.ended !== undefined) fault('after the end of its claim')
    else if (entry.what === 'effect') own.effects++
    else {
      if (entry.what === 'done' && own.effects === 0) fault('without an effect')
      if (entry.what === 'done' && own !== latest) fault(`${latest?.by} had it meanwhile`)
      own.ended = entry
    }
  }
  return { claims, faults, effects }
}

const isFreed = (entries: readonly Entry[], { by, fence }: Claim): boolean =>
  entries.some((entry) => entry.what === 'freed' && entry.by === by && entry.fence === fence)

const isInHand = ({ by, at, ended }: Claim, death: Death): boolean =>
  (death.by === 'all' || death.by === by) && at <= death.at && !(ended && ended.at <= death.at)
