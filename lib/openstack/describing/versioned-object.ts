import * as z from 'zod/mini'
import { wireSchema } from '../../process/wire-schema.ts'
import { isObject } from '../reading/notification.ts'

/**
 * A versioned object of nova (docs.openstack.org/nova, admin/notifications), or of ironic, masakari and watcher, which follow
 * nova. The name of each field begins with `nova_object.`, `ironic_object.` and so on. Versioned objects are nested, also in
 * lists.
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

/** By prefix. Use with `z.validate`: an object that does not match is treated as a plain one. */
export const VersionedObject: Readonly<Record<VersionedPrefix, ReturnType<typeof schemaOf>>> = {
  nova_object: schemaOf('nova_object'),
  ironic_object: schemaOf('ironic_object'),
  masakari_object: schemaOf('masakari_object'),
  watcher_object: schemaOf('watcher_object'),
  versioned_object: schemaOf('versioned_object'),
}

/** The name of an object on the wire. A new major version breaks consumers; a new minor version adds fields. */
export type ObjectVersion = { readonly name: string; readonly namespace: string; readonly version: string }

export type Flattened = {
  readonly payload: Readonly<Record<string, unknown>>
  /** By the path of the object: `payload`, `payload.flavor`. Items of a list have the path of the list. */
  readonly objects: Readonly<Record<string, ObjectVersion>>
  readonly namespace: string
}

/**
 * Makes a versioned payload a plain one, with all objects inside it. It changes the payload in place, because copies would take longer
 * than the rest. Returns undefined if the payload is not versioned.
 */
export const flatten = (payload: unknown): Flattened | undefined => {
  if (!isObject(payload)) return undefined
  const names = DIALECTS.find(({ data }) => data in payload)
  if (names === undefined || !z.validate(VersionedObject[names.prefix], payload)) return undefined
  const objects: Record<string, ObjectVersion> = {}
  const plain = flattenObject(payload, 'payload', { ...names, objects })
  return { payload: plain, objects, namespace: objects.payload?.namespace ?? '' }
}

/** The names of the fields, by prefix. */
const DIALECTS = VERSIONED_PREFIXES.map((prefix) => ({
  prefix,
  name: `${prefix}.name`,
  namespace: `${prefix}.namespace`,
  version: `${prefix}.version`,
  data: `${prefix}.data`,
}))

type Walk = (typeof DIALECTS)[number] & { readonly objects: Record<string, ObjectVersion> }
type Fields = Record<string, unknown>

const flattenValue = (value: object, path: string, walk: Walk): unknown => {
  if (!Array.isArray(value)) return flattenObject(value as Fields, path, walk) // Any object can be looked up by name.
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index]
    if (typeof item !== 'object' || item === null) continue
    const flat = flattenValue(item, path, walk)
    if (flat !== item) value[index] = flat
  }
  return value
}

const flattenObject = (object: Fields, path: string, walk: Walk): Fields => {
  const data = object[walk.data]
  if (isObject(data)) {
    const { [walk.name]: name, [walk.namespace]: namespace, [walk.version]: version } = object
    walk.objects[path] = { name: textOf(name), namespace: textOf(namespace), version: textOf(version) }
  }
  const fields = isObject(data) ? data : object
  for (const name in fields) {
    const value = fields[name]
    if (typeof value !== 'object' || value === null) continue
    const flat = flattenValue(value, `${path}.${name}`, walk)
    if (flat !== value) fields[name] = flat
  }
  return fields
}

/** String would throw for an object whose `toString` is data. */
const textOf = (value: unknown): string => (isObject(value) ? '' : String(value))
