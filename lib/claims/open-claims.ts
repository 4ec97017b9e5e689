import type { Claims } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import { createLogger } from '../process/log.ts'
import type { Environment } from '../process/settings.ts'
import { claimsGateway } from './claims-gateway.ts'
import type { ClaimsConfig } from './claims-settings.ts'
import { createMemoryClaims } from './memory-claims.ts'
import { createSharedClaims, isStoredKey, type Store } from './shared-claims.ts'

export type OpenOptions = {
  /** Of the function: each has claims of its own. */
  readonly name: string
  /** Has the gateway that `s3:` needs. */
  readonly environment: Environment
}

/**
 * Opens the claims that the settings name. Undefined: nothing is claimed. A shared store is loaded and asked with the first event.
 *
 * @throws ConfigError where `s3:` has no gateway
 */
export const openClaims = (config: ClaimsConfig, { name, environment }: OpenOptions): Claims | undefined => {
  const { url } = config
  // A call to the store may last three times as long as `createSharedClaims` waits: a late answer says which claim to free.
  const limits = { ...config, timeoutMs: 3 * config.timeoutMs }
  const shared = (open: (lost: () => void) => Promise<Store>) => createSharedClaims(open, { name, ...config })
  switch (url.kind) {
    case 'none':
      return undefined
    case 'memory':
      return createMemoryClaims(url.size)
    case 'redis':
      return shared(async (lost) => (await import('./redis-claims.ts')).openRedisClaims(url, limits, lost))
    case 's3': {
      const gateway = claimsGateway(environment)
      const options = { ...limits, log: createLogger('claims') }
      return shared(async () => (await import('./s3-claims.ts')).openS3Claims(gateway, url, options))
    }
    case 'dynamodb':
      return shared(async () => (await import('./dynamodb-claims.ts')).openDynamodbClaims(url, limits))
  }
}

/**
 * Whether an event is of the claims themselves: the gateway notifies of each claim in a bucket with notifications, and each
 * notification makes a claim.
 */
export const isOfClaims = ({ url }: ClaimsConfig): ((event: CloudEvent) => boolean) => {
  if (url.kind !== 's3') return () => false
  const { bucket, prefix } = url
  return ({ type, source, subject }) =>
    type.startsWith('com.amazonaws.s3.') &&
    // After the region, or after the tenant whose bucket it is.
    (source.endsWith(`.${bucket}`) || source.endsWith(`:${bucket}`)) &&
    subject?.startsWith(prefix) === true &&
    isStoredKey(subject.slice(prefix.length))
}
