import * as z from 'zod'
import type { Delivery } from '../core/delivery.ts'
import type { CustomResourceRequest } from '../envelopes/custom-resource-envelope.ts'
import { provisionResource } from './custom-resource.ts'
import { DesiredError, issuesOf } from './document/faults.ts'
import { parseDesired } from './document/parse-desired.ts'
import {
  ACTIONS,
  type ProvisioningOptions,
  type ProvisioningRequest,
  type ProvisioningResult,
  provision,
} from './provision.ts'

const Request = z.strictObject({ action: z.enum(ACTIONS), desired: z.unknown() })

/**
 * Carries out what a delivery asks for: a custom resource's request, or an action. No result: there was nothing to do.
 *
 * @throws DesiredError, UnmetError, RgwRefusedError, RgwUnavailableError, ApplyError
 */
export const carryOutRequests = async (
  delivery: Delivery,
  options: ProvisioningOptions,
): Promise<readonly ProvisioningResult[]> => {
  if (delivery.origin.kind === 'custom-resource') {
    return provisionResource(JSON.parse(delivery.body.toString()) as CustomResourceRequest, options) // As its envelope wrote it.
  }
  const results: ProvisioningResult[] = []
  for (const request of requestsOf(delivery)) results.push(await provision(request, options))
  return results
}

/**
 * `{action, desired}` in YAML or JSON.
 *
 * @throws DesiredError
 */
export const requestsOf = ({ body }: Delivery): readonly ProvisioningRequest[] => {
  const parsed = z.safeParse(Request, parseDesired(body.toString()))
  if (!parsed.success) throw new DesiredError(parsed.error.issues.flatMap(issuesOf))
  return [{ action: parsed.data.action, desired: parsed.data.desired }]
}
