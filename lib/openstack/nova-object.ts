import * as z from 'zod/mini'
import { wireSchema } from '../process/compile.ts'

/**
 * A versioned object, as nova has them (docs.openstack.org/nova, admin/notifications), and ironic, masakari and watcher after
 * it: every field's name begins with `nova_object.`, `ironic_object.` and so on. They are nested, and in lists.
 *
 * ```json
 * {"nova_object.name":"FlavorPayload","nova_object.namespace":"nova","nova_object.version":"1.4",
 *  "nova_object.data":{"vcpus":2}}
 * ```
 */
export const VERSIONED_PREFIXES = [
  'nova_object',
  'ironic_object',
  'masakari_object',
  'watcher_object',
  'versioned_object',
] as const
export type VersionedPrefix = (typeof VERSIONED_PREFIXES)[number]

const schemaOf = (prefix: VersionedPrefix) =>
  wireSchema(
    z.object({
      [`${prefix}.name`]: z.string(),
      [`${prefix}.namespace`]: z.string(),
      [`${prefix}.version`]: z.string(),
      [`${prefix}.data`]: z.object({}),
    }),
  )

/** By prefix. Use with `z.validate`: what does not fit is an object like any other. */
export const VersionedObject: Readonly<Record<VersionedPrefix, ReturnType<typeof schemaOf>>> = {
  nova_object: schemaOf('nova_object'),
  ironic_object: schemaOf('ironic_object'),
  masakari_object: schemaOf('masakari_object'),
  watcher_object: schemaOf('watcher_object'),
  versioned_object: schemaOf('versioned_object'),
}
