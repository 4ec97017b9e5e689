import * as z from 'zod'
import type { Delivery } from '../delivery.ts'
import type { CustomResourceRequest } from '../envelopes/custom-resource.ts'
import { parseDesired } from '../rgw/desired.ts'
import { DesiredError } from '../rgw/errors.ts'
import { issuesOf } from '../schemas/provisioning-issue.ts'
import { resourceRequests } from './custom-resource.ts'
import { ACTIONS, type ProvisioningRequest } from './provision.ts'

const Request = z.strictObject({ action: z.enum(ACTIONS), desired: z.unknown() })

/**
 * What a delivery asks for: `{action, desired}` in YAML or JSON, or a custom resource's request, which may ask for two
 * things. None: there is nothing to do.
 *
 * @throws DesiredError
 */
export const requestsOf = ({ body, origin }: Delivery): readonly ProvisioningRequest[] => {
  if (origin.kind === 'custom-resource') return resourceRequests(JSON.parse(body.toString()) as CustomResourceRequest)
  const parsed = z.safeParse(Request, parseDesired(body.toString()))
  if (!parsed.success) throw new DesiredError(parsed.error.issues.flatMap(issuesOf))
  return [{ action: parsed.data.action, desired: parsed.data.desired }]
}
