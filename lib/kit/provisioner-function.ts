import type { Delivery, Outcome } from '../core/delivery.ts'
import { outcomeOf } from '../core/verdicts.ts'
import { openRequests } from '../envelopes/platform-events.ts'
import { connectionOf } from '../gateway/gateway-connection.ts'
import { createRedact } from '../process/secrets.ts'
import { DesiredError } from '../provisioning/document/faults.ts'
import type { Resolve } from '../provisioning/document/references.ts'
import { readFileReference } from '../provisioning/document/references.ts'
import type { ProvisioningOptions } from '../provisioning/provision.ts'
import { PROVISIONING_SETTINGS, type RgwConfig, readRgwConfig } from '../provisioning/provisioning-settings.ts'
import { carryOutRequests } from '../provisioning/request.ts'
import { type Config, readConfig } from './config.ts'
import { createHandler, type FunctionHandler } from './function.ts'

/** How long before the end of the function's time a waiting stack gets its answer. */
const TIMEOUT_EARLY_MS = 5000

/**
 * The function that makes RGW's topics, buckets and rules be as a document says. Asked by HTTP or directly
 * (`{action, desired}`), or by CloudFormation as a custom resource.
 *
 * @throws ConfigError when the environment does not say which gateway
 */
export const cephProvisioner = (
  config: Config = readConfig(process.env, PROVISIONING_SETTINGS),
  rgw: RgwConfig = readRgwConfig(config.environment),
): FunctionHandler => {
  const options: ProvisioningOptions = {
    connection: connectionOf(rgw),
    resolve: allowedReferences(rgw),
    secretsInCleartext: rgw.secretsInCleartext,
    allowedEndpoints: rgw.allowedEndpoints,
  }
  return createHandler({
    name: 'ceph-provisioner',
    config,
    work: async (deliveries, signal) => {
      const outcomes: Outcome[] = []
      for (const delivery of deliveries) outcomes.push(await answer(delivery, { ...options, signal }))
      return outcomes
    },
    open: openRequests,
    // It writes to the gateway with our keys. Neither an address nor ALLOW_ANONYMOUS opens it.
    withoutToken: 'closed',
    redact: createRedact([...config.tokens, rgw.secretKey ?? '', rgw.sessionToken ?? '']),
    timeoutEarlyMs: TIMEOUT_EARLY_MS,
  })
}

const answer = async (delivery: Delivery, options: ProvisioningOptions): Promise<Outcome> => {
  try {
    const results = await carryOutRequests(delivery, options)
    const [first = { outcome: 'unchanged' }] = results
    const document = { ...first, kept: results.flatMap(({ kept }) => kept) }
    const isDrift = results.some(({ outcome }) => outcome === 'drift')
    return { type: 'answer', status: isDrift ? 409 : 200, document }
  } catch (error) {
    return outcomeOf(error)
  }
}

/** A request could use references to carry our environment out, to an endpoint of its own: so each has to be allowed. */
const allowedReferences = ({ allowedReferences: allowed, lookUp }: RgwConfig): Resolve => {
  const check = (reference: string): void => {
    if (allowed.includes(reference)) return
    const message = `\${${reference}} is not for requests: add ${reference} to ALLOWED_REFERENCES`
    throw new DesiredError([{ path: '', message }])
  }
  return {
    env: (name) => {
      check(`env:${name}`)
      return lookUp(name)
    },
    file: (path) => {
      check(`file:${path}`)
      return readFileReference(path)
    },
  }
}
