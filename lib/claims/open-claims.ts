import type { Claims } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { ClaimsConfig } from './claims-settings.ts'
import { createMemoryClaims } from './memory-claims.ts'
import type { Gateway } from './object-store.ts'
import { createSharedClaims, isStoredKey, type Store } from './shared-claims.ts'

export type OpenOptions = {
  /** Of the function: each has claims of its own. */
  readonly name: string
  /** Gives the gateway that `s3:` needs. */
  readonly gateway: () => Gateway
}

/**
 * Opens the claims that the settings name. Undefined: nothing is claimed. A shared store is loaded and asked with the first event.
 *
 * @throws ConfigError of `gateway`
 */
export const openClaims = (config: ClaimsConfig, { name, gateway }: OpenOptions): Claims | undefined => {
  const { url } = config
  const shared = (open: (lost: () => void) => Promise<Store>) => createSharedClaims(open, { name, ...config })
  switch (url.kind) {
    case 'none':
      return undefined
    case 'memory':
      return createMemoryClaims(url.size)
    case 'redis':
      return shared(async (lost) => (await import('./redis-claims.ts')).openRedisClaims(url, config, lost))
    case 's3': {
      const given = gateway()
      return shared(async () => (await import('./s3-claims.ts')).openS3Claims(given, url, config))
    }
    case 'dynamodb':
      return shared(async () => (await import('./dynamodb-claims.ts')).openDynamodbClaims(url, config))
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
