import type { InvocationMiddleware } from '../envelopes/platform-door.ts'
import type { Access } from './admission/access.ts'

/**
 * Lets deliveries by HTTP in as `access` says. Those of queues, and direct invocations, were authenticated by their
 * platform.
 *
 * @throws AuthenticationError
 */
export const authenticate = (access: Access): InvocationMiddleware => ({
  before: ({ internal }) => {
    for (const { headers, origin } of internal.opened?.deliveries ?? []) {
      const refusal = origin.kind === 'http' ? access.refusalOf({ headers, origin }) : undefined
      if (refusal !== undefined) throw refusal
    }
  },
})
