import * as z from 'zod/mini'
import type { Delivery } from '../core/delivery.ts'
import { issuesOf } from '../documents/document-issues.ts'
import type { CustomResourceRequest } from '../envelopes/custom-resource-envelope.ts'
import { provisionResource } from './custom-resource.ts'
import { parseDesired, placedIn } from './document/desired.ts'
import { DesiredDocument } from './document/desired-schema.ts'
import { DesiredError } from './document/faults.ts'
import {
  ACTIONS,
  type ProvisioningOptions,
  type ProvisioningRequest,
  type ProvisioningResult,
  provision,
} from './provision.ts'

const Request = z.strictObject({ action: z.enum(ACTIONS), desired: z.unknown() })

/** A caller may send the document without a request around it. */
const remedyFor = (key: string): string => (key in DesiredDocument.shape ? 'write it under desired' : 'remove it')

/**
 * Carries out a delivery: the request of a custom resource, or an action. Without a result there was nothing to do.
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
  const request = requestOf(delivery)
  try {
    return [await provision(request, options)]
  } catch (error) {
    // Invoked directly, the caller has an object and no text.
    if (delivery.origin.kind === 'direct') throw error
    throw placedIn(error, delivery.body.toString(), ['desired'])
  }
}

/**
 * `{action, desired}` in YAML or JSON.
 *
 * @throws DesiredError
 */
export const requestOf = ({ body }: Delivery): ProvisioningRequest => {
  const text = body.toString()
  const parsed = z.safeParse(Request, parseDesired(text), { reportInput: true })
  if (parsed.success) return { action: parsed.data.action, desired: parsed.data.desired }
  const hint = { path: '', message: 'a request has two members: action and desired, which is the document' }
  throw placedIn(new DesiredError([...parsed.error.issues.flatMap((issue) => issuesOf(issue, remedyFor)), hint]), text)
}
