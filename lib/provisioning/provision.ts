import type { RgwConnection } from '../gateway/gateway-connection.ts'
import { type Desired, readDesired } from './document/desired.ts'
import type { Resolve } from './document/references.ts'
import { createRgw } from './gateway/rgw-client.ts'
import { type Change, diffText, type Plan } from './plan/plan.ts'
import type { Run } from './plan/run.ts'
import { createProvisioner, type Provisioner } from './provisioner.ts'

export const ACTIONS = ['plan', 'apply', 'verify', 'destroy', 'prune'] as const
export type Action = (typeof ACTIONS)[number]

export type ProvisioningRequest = {
  readonly action: Action
  readonly desired: unknown
  /** Of destroy: a document whose rules stay, also where it finds their buckets in another way. */
  readonly keep?: unknown
}

export type ProvisioningOptions = Partial<Run> & {
  readonly connection: RgwConnection
  readonly resolve: Resolve
  /** Passwords may go to the gateway although its URL is not https. */
  readonly secretsInCleartext: boolean
  readonly allowedEndpoints: readonly string[] | undefined
}

/** The result of an action: plain JSON, without secrets. */
export type ProvisioningResult = Plan & {
  readonly action: Action
  /**
   * | outcome   | of                     | means                                           |
   * |-----------|------------------------|-------------------------------------------------|
   * | unchanged | every action           | the gateway matches; nothing was written        |
   * | pending   | plan                   | apply would make the changes                    |
   * | done      | apply, destroy, prune  | the changes were made                           |
   * | drift     | verify, apply          | differences: see changes, problems, ignored     |
   */
  readonly outcome: 'unchanged' | 'pending' | 'done' | 'drift'
  /** The differences that remain after apply. */
  readonly drift: readonly Change[]
  /** The same as text. */
  readonly diff: string
}

/**
 * One action on one gateway.
 *
 * @throws DesiredError, UnmetError, RgwRefusedError, RgwUnavailableError, ApplyError
 */
export const provision = async (
  request: ProvisioningRequest,
  options: ProvisioningOptions,
): Promise<ProvisioningResult> => {
  const desired = checkedDocument(request.desired, options)
  const keep = request.keep === undefined ? undefined : checkedDocument(request.keep, options)
  const rgw = createRgw(options.connection)
  try {
    return await carryOut(request.action, createProvisioner(rgw), desired, { ...options, ...(keep && { keep }) })
  } finally {
    rgw.close()
  }
}

/**
 * Sends nothing to the gateway.
 *
 * @throws DesiredError
 */
export const checkedDocument = (document: unknown, options: ProvisioningOptions): Desired => {
  const { connection, secretsInCleartext, resolve, allowedEndpoints } = options
  const secretsAllowed = secretsInCleartext || connection.endpoint.protocol === 'https:'
  return readDesired(document, { resolve, secretsAllowed, allowedEndpoints })
}

const carryOut = async (
  action: Action,
  provisioner: Provisioner,
  desired: Desired,
  run: Partial<Run> & { readonly keep?: Desired },
) => {
  switch (action) {
    case 'plan': {
      const plan = await provisioner.plan(desired, run)
      return result(action, plan.changes.length + plan.problems.length > 0 ? 'pending' : 'unchanged', plan)
    }
    case 'verify': {
      const { inSync, ...plan } = await provisioner.verify(desired, run)
      return result(action, inSync ? 'unchanged' : 'drift', plan)
    }
    case 'apply':
    case 'destroy':
    case 'prune': {
      const { drift, ...applied } = await provisioner[action](desired, run)
      const outcome = drift.length > 0 ? 'drift' : applied.changes.length > 0 ? 'done' : 'unchanged'
      return result(action, outcome, { ...applied, problems: [] }, drift)
    }
  }
}

const result = (
  action: Action,
  outcome: ProvisioningResult['outcome'],
  plan: Plan,
  drift: readonly Change[] = [],
): ProvisioningResult => ({ action, outcome, ...plan, drift, diff: diffText(plan, unchangedText(action, plan)) })

const unchangedText = (action: Action, { ignored }: Plan): string | undefined => {
  if (action === 'destroy' || action === 'prune') return 'nothing to remove'
  if (action !== 'verify') return undefined
  return ignored.length > 0
    ? 'differs: the gateway ignores settings of the document'
    : 'verified: everything is as the document says'
}
