import * as z from 'zod/mini'
import { wireSchema } from '../process/compile.ts'

/**
 * An audit event as keystone, magnum, swift and keystonemiddleware send it. Unknown fields pass.
 *
 * ```json
 * {"typeURI":"http://schemas.dmtf.org/cloud/audit/1.0/event","eventType":"activity","id":"e1","action":"authenticate",
 *  "outcome":"failure","reason":{"reasonCode":"401","reasonType":"…"},"initiator":{"id":"u1","host":{"address":"192.0.2.4"}},
 *  "target":{"id":"t1","typeURI":"service/security/account/user"},"observer":{"id":"o1","typeURI":"service/security"}}
 * ```
 *
 * Source: DMTF DSP0262, keystone/notifications.py and test/fixtures/openstack. Without initiator where keystone acts by itself.
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
