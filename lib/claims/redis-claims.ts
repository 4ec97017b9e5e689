import { readFile } from 'node:fs/promises'
import type { Redis } from 'ioredis'
import type { Held } from '../core/claims.ts'
import { loadPackage } from '../process/load-package.ts'
import type { Store } from './shared-claims.ts'

export type RedisOptions = { readonly leaseMs: number; readonly ttlMs: number; readonly timeoutMs: number }

/** `redis://` or `rediss://`, without parameters. */
export type ClaimsServer = {
  readonly url: URL
  /** With TLS: a file with the certificates of the authorities that are trusted (PEM). */
  readonly ca?: string
}

/**
 * A hash for each event: `s` is its state, `f` the fencing number, `u` the end of the lease by the clock of Redis, `t` the sinks that
 * took it. It outlives the lease, so that the numbers of one event grow.
 */
const CLAIM = `
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 's', 'f', 'u', 't')
if known[1] == 'done' then return {'done'} end
if known[1] == 'held' and tonumber(known[3]) > now then return {'held', tonumber(known[3]) - now} end
local fence = redis.call('HINCRBY', KEYS[1], 'f', 1)
redis.call('HSET', KEYS[1], 's', 'held', 'u', now + ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {'ours', fence, known[4] or '[]'}`

/** ARGV: the fencing number, the state, the lease, the time to live, the sinks. What is done stays done. */
const MARK = `
local known = redis.call('HMGET', KEYS[1], 's', 'f')
if known[2] ~= ARGV[1] then return 0 end
if known[1] == 'done' then return ARGV[2] == 'free' and 0 or 1 end
local now = redis.call('TIME')
redis.call('HSET', KEYS[1], 's', ARGV[2], 'u', now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3], 't', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`

/** The scripts as commands. */
type Commands = {
  tidingsClaim(key: string, leaseMs: number, ttlMs: number): Promise<Answer>
  tidingsMark(
    key: string,
    ...args: readonly [fence: number, as: string, leaseMs: number, ttlMs: number, taken: string]
  ): Promise<number>
}

type Answer = readonly ['done'] | readonly ['held', number] | readonly ['ours', number, string]

/**
 * Claims in Redis or Valkey. What is asked for in one turn goes in one pipeline.
 *
 * @param lost called when the connection ends: the store has to be opened again
 * @throws ConfigError where ioredis is not installed; the error of the connection
 */
export const openRedisClaims = async (
  { url, ca }: ClaimsServer,
  { leaseMs, ttlMs, timeoutMs }: RedisOptions,
  lost: () => void,
): Promise<Store> => {
  const { Redis: Client } = await loadPackage<typeof import('ioredis')>('ioredis', 'CLAIMS_URL')
  const redis = new Client(url.href, {
    ...(ca !== undefined && { tls: { ca: await readFile(ca) } }),
    lazyConnect: true,
    enableAutoPipelining: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // A claim that is sent again would find itself.
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    scripts: { tidingsClaim: { numberOfKeys: 1, lua: CLAIM }, tidingsMark: { numberOfKeys: 1, lua: MARK } },
  })
  // Each call tells its own failure.
  redis.on('error', () => {}).on('end', lost)
  // An idle connection keeps no process alive.
  redis.on('connect', () => (redis as { stream?: { unref?(): void } }).stream?.unref?.())
  await redis.connect().catch((error: unknown) => {
    redis.disconnect()
    throw error
  })
  const commands = redis as Redis & Commands // By `scripts`.
  // Answers may be late, so that no key may end before its lease.
  const keptMs = Math.max(ttlMs, 2 * leaseMs)

  return {
    claim: async (key) => {
      const answer = await commands.tidingsClaim(PREFIX + key, leaseMs, keptMs)
      switch (answer[0]) {
        case 'done':
          return 'done'
        case 'held':
          return { heldUntil: Date.now() + answer[1] }
        case 'ours':
          return { key, fence: answer[1], taken: JSON.parse(answer[2]) as Held['taken'] } // As `mark` wrote it.
      }
    },
    mark: async ({ key, fence = 0, taken }, as) =>
      (await commands.tidingsMark(PREFIX + key, fence, as, leaseMs, keptMs, JSON.stringify(taken))) === 1,
  }
}

const PREFIX = 'tidings:claim:'
