import type { CustomResourceRequest } from '../envelopes/custom-resource-envelope.ts'
import { hasCode } from '../process/errors.ts'
import { isDocument, resourceRequests } from './custom-resource.ts'
import { createRgw } from './gateway/client.ts'
import type { DesiredError } from './gateway/gateway-errors.ts'
import { createClaims } from './ownership.ts'
import {
  checkedDocument,
  type ProvisioningOptions,
  type ProvisioningRequest,
  type ProvisioningResult,
  provision,
} from './provision.ts'

/**
 * Carries a custom resource's request out. What another custom resource names stays, so a new logical id for the same
 * document, or two stacks that name one topic, lose nothing.
 *
 * @throws DesiredError, UnmetError, RgwRefusedError, RgwUnavailableError, ApplyError
 */
export const provisionResource = async (
  request: CustomResourceRequest,
  options: ProvisioningOptions,
): Promise<readonly ProvisioningResult[]> => {
  const asked = resourceRequests(request)
  for (const { action, desired } of asked) if (action === 'apply') checkedDocument(desired, options)
  const rgw = createRgw(options.connection)
  try {
    const claims = createClaims(rgw, `${request.StackId}/${request.LogicalResourceId}`, options.signal)
    const results: ProvisioningResult[] = []
    for (const { action, desired } of asked.some(isRemoval)
      ? resourceRequests(request, await claims.readOthers())
      : asked) {
      if (action === 'apply') {
        // Before anything is made, so that no other resource removes it meanwhile.
        if (isDocument(desired)) await claims.write(desired)
        results.push(await provision({ action, desired }, options))
      } else {
        results.push(...(await remove(desired, options)))
      }
    }
    if (request.RequestType === 'Delete' && asked.length > 0) await claims.remove()
    return results
  } finally {
    rgw.close()
  }
}

/** A document that is refused was refused before too, and has left nothing to remove: a stack can only go on. */
const remove = async (desired: unknown, options: ProvisioningOptions): Promise<ProvisioningResult[]> => {
  try {
    // The endpoints of a removal are placeholders.
    return [await provision({ action: 'destroy', desired }, { ...options, allowedEndpoints: undefined })]
  } catch (error) {
    if (hasCode<DesiredError>(error, 'desired_invalid')) return []
    throw error
  }
}

const isRemoval = ({ action }: ProvisioningRequest): boolean => action === 'destroy'
