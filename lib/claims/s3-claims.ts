import { randomUUID } from 'node:crypto'
import type { Claimed, Held, Mark } from '../core/claims.ts'
import type { Logger } from '../process/log.ts'
import { prepareBucket } from './claims-bucket.ts'
import { createSendObject, type Gateway, type ObjectReply, unexpected } from './object-store.ts'
import type { Store } from './shared-claims.ts'

export type S3Options = {
  readonly leaseMs: number
  readonly ttlMs: number
  readonly timeoutMs: number
  readonly log: Logger
}

/** Where the claims are: `s3://bucket/prefix`. */
export type ClaimsPlace = { readonly bucket: string; readonly prefix: string }

type Condition = Readonly<Record<string, string>>

/** An object for each event. */
type Stored = {
  readonly state: Mark
  readonly fence: number
  readonly taken: readonly string[]
  readonly leaseMs: number
  /** Differs in each claim, so that no two have one ETag. */
  readonly by: string
}

/** `stored` is undefined if another program wrote the object. */
type Read = { readonly stored: Stored | undefined; readonly etag: string; readonly ageMs: number }

/** The state of an event that this process holds: the version of its object, and the last write, which the next one follows. */
type Own = { readonly by: string; etag: string; written: Promise<boolean> }

/** The gateway reports times in whole seconds. */
const PRECISION_MS = 1000

/**
 * Claims in a bucket of the gateway, by conditional PUT: a new object by `If-None-Match: *`, a new version by `If-Match`. Leases are
 * measured by the clock of the gateway: the age of an object is what it answers as Date, less Last-Modified.
 *
 * @throws Error where the bucket cannot be used
 */
export const openS3Claims = async (gateway: Gateway, place: ClaimsPlace, options: S3Options): Promise<Store> => {
  const send = createSendObject(gateway, options.timeoutMs)
  await prepareBucket(send, place, options)
  const owned = new WeakMap<Held, Own>()
  const pathOf = (key: string) => `/${place.bucket}/${place.prefix}${key}`

  const put = async (key: string, stored: Stored, condition: Condition): Promise<string | undefined> => {
    const headers = { 'content-type': 'application/json', ...condition }
    const reply = await send({ method: 'PUT', path: pathOf(key), headers, body: JSON.stringify(stored) })
    if (reply.status === 200) return etagOf(reply)
    // A new object: then the bucket is gone.
    const isBucketGone = reply.status === 404 && 'if-none-match' in condition
    if (isBucketGone || !REFUSED.has(reply.status)) throw unexpected('writing a claim', reply)
    return undefined
  }

  const get = async (key: string): Promise<Read | undefined> => {
    const reply = await send({ method: 'GET', path: pathOf(key) })
    if (reply.status === 404) return undefined
    if (reply.status !== 200) throw unexpected('reading a claim', reply)
    return { stored: readStored(reply.body), etag: etagOf(reply), ageMs: ageOf(reply) }
  }

  const own = (key: string, { fence, taken, by }: Stored, etag: string): Held => {
    const held: Held = { key, fence, taken }
    owned.set(held, { by, etag, written: Promise.resolve(true) })
    return held
  }

  const claim = async (key: string): Promise<Claimed> => {
    const { leaseMs } = options
    const fresh: Stored = { state: 'held', fence: 1, taken: [], leaseMs, by: randomUUID() }
    for (let round = 0; round < ROUNDS; round++) {
      const created = await put(key, fresh, { 'if-none-match': '*' })
      if (created !== undefined) return own(key, fresh, created)
      const read = await get(key)
      if (read === undefined) continue
      const { stored, etag, ageMs } = read
      if (stored?.by === fresh.by) return own(key, stored, etag)
      if (stored?.state === 'done') return 'done'
      const leftMs = (stored?.leaseMs ?? 0) + PRECISION_MS - ageMs
      if (stored?.state === 'held' && leftMs > 0) return { heldUntil: Date.now() + leftMs }
      if (stored === undefined) options.log.warn({ object: pathOf(key) }, NO_CLAIM)
      const next: Stored = { ...fresh, fence: (stored?.fence ?? 0) + 1, taken: stored?.taken ?? [] }
      const replaced = await put(key, next, { 'if-match': etag })
      if (replaced !== undefined) return own(key, next, replaced)
    }
    return { heldUntil: Date.now() }
  }

  const write = async (held: Held, as: Mark, known: Own): Promise<boolean> => {
    const { by } = known
    const stored: Stored = { state: as, fence: held.fence ?? 0, taken: held.taken, leaseMs: options.leaseMs, by }
    for (let round = 0; round < ROUNDS; round++) {
      const etag = await put(held.key, stored, { 'if-match': known.etag })
      if (etag !== undefined) {
        known.etag = etag
        return true
      }
      // It may be ours still: a gateway that answers 500 may have written it or not.
      const read = await get(held.key)
      if (read?.stored?.by !== by) return false
      known.etag = read.etag
    }
    return false
  }

  return {
    claim,
    mark: (held, as) => {
      const known = owned.get(held)
      if (known === undefined) return Promise.resolve(false)
      // One after the other: each changes the ETag that the next one names.
      known.written = known.written.then(
        () => write(held, as, known),
        () => write(held, as, known),
      )
      return known.written
    },
  }
}

const NO_CLAIM =
  'this object has the name of a claim, but its content is not a claim: it is replaced, and the fencing number starts at 1'

/** Returns undefined if the body is not what `put` writes. */
const readStored = (body: string): Stored | undefined => {
  try {
    const stored: Partial<Stored> | null = JSON.parse(body)
    const { state, fence, taken, leaseMs, by } = stored ?? {}
    const hasState = state === 'held' || state === 'done' || state === 'free'
    const hasNumbers = Number.isSafeInteger(fence) && Number.isFinite(leaseMs)
    return hasState && hasNumbers && Array.isArray(taken) && typeof by === 'string' ? (stored as Stored) : undefined // Checked.
  } catch {
    return undefined
  }
}

/**
 * Another was faster, or the object is gone. 409: two at once, as AWS answers. 500: the same, as Ceph 16 answers some of those that
 * write one version at once.
 */
const REFUSED = new Set([404, 409, 412, 500])
/** Attempts, in case other processes write the same object all the time. */
const ROUNDS = 5

/** Without quotes: with them, gateways before 20 never match it. */
const etagOf = ({ headers }: ObjectReply): string => String(headers.etag ?? '').replaceAll('"', '')

const ageOf = ({ headers }: ObjectReply): number =>
  Date.parse(String(headers.date)) - Date.parse(String(headers['last-modified']))
