import type { Claims } from '../core/claims.ts'
import type { ClaimsConfig } from './claims-settings.ts'
import { createMemoryClaims } from './memory-claims.ts'

/** Opens the claims that the settings name. Undefined: nothing is claimed. */
export const openClaims = ({ url }: ClaimsConfig): Claims | undefined => {
  switch (url.kind) {
    case 'none':
      return undefined
    case 'memory':
      return createMemoryClaims(url.size)
  }
}
