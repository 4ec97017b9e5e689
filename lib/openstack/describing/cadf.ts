import * as z from 'zod/mini'
import { wireSchema } from '../../process/wire-schema.ts'
import { isObject, textOrNothing } from '../reading/notification.ts'

/**
 * An audit event as keystone, magnum, swift and keystonemiddleware send it. Unknown fields are accepted.
 *
 * ```json
 * {"typeURI":"http://schemas.dmtf.org/cloud/audit/1.0/event","eventType":"activity","id":"e1","action":"authenticate",
 *  "outcome":"failure","reason":{"reasonCode":"401","reasonType":"…"},"initiator":{"id":"u1","host":{"address":"192.0.2.4"}},
 *  "target":{"id":"t1","typeURI":"service/security/account/user"},"observer":{"id":"o1","typeURI":"service/security"}}
 * ```
 *
 * Source: DMTF DSP0262, keystone/notifications.py and test/fixtures/openstack. There is no initiator if keystone acts by
 * itself.
 */
const text = z.optional(z.nullable(z.string()))

const Resource = z.looseObject({ id: text, typeURI: text, name: text })

const Initiator = z.looseObject({
  id: text,
  typeURI: text,
  name: text,
  username: text,
  user_id: text,
  project_id: text,
  domain_id: text,
  request_id: text,
  host: z.optional(z.nullable(z.looseObject({ address: text, agent: text }))),
})

export const CadfEvent = wireSchema(
  z.looseObject({
    typeURI: z.string().check(z.regex(/\/audit\/[\d.]+\/event$/, 'expected the URI of a CADF event')),
    action: z.string(),
    outcome: z.string(),
    eventTime: text,
    initiator: z.optional(z.nullable(Initiator)),
    target: z.optional(z.nullable(Resource)),
    observer: z.optional(z.nullable(Resource)),
    reason: z.optional(z.nullable(z.looseObject({ reasonType: text, reasonCode: z.optional(z.unknown()) }))),
    resource_info: z.optional(z.unknown()),
  }),
)
export type CadfEvent = z.infer<typeof CadfEvent>

/** Who did what to what, and with which outcome. */
export type Cadf = {
  readonly action: string
  /** `success`, `failure` or `pending`. */
  readonly outcome: string
  readonly reason?: { readonly type?: string; readonly code?: string }
  readonly initiator?: Actor
  readonly target?: Party
  readonly observer?: Party
}

export type Party = { readonly id?: string; readonly typeUri?: string; readonly name?: string }

export type Actor = Party & {
  readonly user?: string
  readonly project?: string
  readonly domain?: string
  readonly request?: string
  /** The address and the program that the actor called from. */
  readonly address?: string
  readonly agent?: string
}

/** The parts of an audit event. Undefined if the payload is not one. */
export const cadfOf = (payload: unknown): Cadf | undefined => {
  // Only a payload with a typeURI is worth a check against the schema.
  if (!isObject(payload) || typeof payload.typeURI !== 'string' || !z.validate(CadfEvent, payload)) return undefined
  const { action, outcome, reason, initiator, target, observer } = payload
  return {
    action,
    outcome,
    ...(reason && { reason: filled({ type: reason.reasonType, code: reason.reasonCode }) }),
    ...(initiator && { initiator: actorOf(initiator) }),
    ...(target && { target: partyOf(target) }),
    ...(observer && { observer: partyOf(observer) }),
  }
}

type WireParty = NonNullable<CadfEvent['target']>
type WireActor = NonNullable<CadfEvent['initiator']>

const partyOf = ({ id, typeURI, name }: WireParty): Party =>
  filled({ id: bareId(id), typeUri: known(typeURI), name: known(name) })

const actorOf = ({ id, typeURI, name, username, host, ...actor }: WireActor): Actor =>
  filled({
    id: bareId(id),
    typeUri: known(typeURI),
    name: known(username ?? name),
    user: bareId(actor.user_id),
    project: bareId(actor.project_id),
    domain: actor.domain_id,
    request: actor.request_id,
    address: host?.address,
    agent: host?.agent,
  })

/** pycadf writes `unknown` for what the request did not tell, as of a caller whose token was refused (pycadf/cadftaxonomy.py). */
const known = (text: string | null | undefined): string | null | undefined => (text === 'unknown' ? undefined : text)

/** Old releases put the namespace `openstack:` before an id (pycadf/identifier.py). */
const bareId = (id: string | null | undefined): string | null | undefined => known(id)?.replace(/^openstack:/, '')

/** Removes empty members. */
const filled = <Name extends string>(fields: Readonly<Record<Name, unknown>>): { [Key in Name]?: string } => {
  const result: { [Key in Name]?: string } = {}
  for (const name in fields) {
    const text = textOrNothing(fields[name])
    if (text !== undefined) result[name] = text
  }
  return result
}
