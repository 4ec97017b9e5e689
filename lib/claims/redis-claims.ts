import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type { Redis } from 'ioredis'
import type { Held } from '../core/claims.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { loadPackage } from '../process/load-package.ts'
import { CLAIM, MARK } from './redis-scripts.ts'
import type { Store } from './shared-claims.ts'

export type RedisOptions = { readonly leaseMs: number; readonly ttlMs: number; readonly timeoutMs: number }

/** `redis://` or `rediss://`, without parameters. */
export type ClaimsServer = {
  readonly url: URL
  /** With TLS: a file with the certificates of the authorities that are trusted (PEM). */
  readonly ca?: string
}

/** The scripts as commands. */
type Commands = {
  tidingsClaim(key: string, leaseMs: number, ttlMs: number): Promise<Answer>
  tidingsMark(
    key: string,
    ...args: readonly [fence: number, as: string, leaseMs: number, ttlMs: number, taken: string]
  ): Promise<number>
}

type Answer = readonly ['done'] | readonly ['foreign'] | readonly ['held', number] | readonly ['ours', number, string]

/**
 * Claims in Redis or Valkey. All calls of one turn of the event loop go in one pipeline.
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
    // Ends the connection to a server that vanished without closing it. The next call opens another.
    socketTimeout: timeoutMs,
    // A claim that is sent twice would find its own first copy.
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    scripts: { tidingsClaim: { numberOfKeys: 1, lua: CLAIM }, tidingsMark: { numberOfKeys: 1, lua: MARK } },
  })
  // Each call rejects with its own error.
  redis.on('error', () => {}).on('end', lost)
  // An idle connection keeps no process alive.
  redis.on('connect', () => socketOf(redis)?.unref())
  await redis.connect().catch((error: unknown) => {
    // After `disconnect()` a timer of two seconds would keep the process alive where the socket is closed already.
    socketOf(redis)?.destroy()
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
        case 'foreign':
          return { error: new SinkUnavailableError(notAClaim(PREFIX + key)) }
        case 'held':
          return { heldUntil: Date.now() + answer[1] }
        case 'ours':
          return { key, fence: answer[1], taken: JSON.parse(answer[2]) as Held['taken'] } // As `mark` wrote it.
      }
    },
    mark: async ({ key, fence = 0, taken }, as) =>
      (await commands.tidingsMark(PREFIX + key, fence, as, leaseMs, keptMs, JSON.stringify(taken))) === 1,
    close: async () => {
      await redis.quit()
    },
  }
}

/** Undefined before it connects. ioredis does not declare it. */
const socketOf = (redis: Redis): Socket | undefined => (redis as { stream?: Socket }).stream

const PREFIX = 'tidings:claim:'

const notAClaim = (key: string): string =>
  `the key ${key} in the Redis of CLAIMS_URL holds something that is not a claim: remove it, or use another database`
