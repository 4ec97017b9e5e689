import * as z from 'zod/mini'
import { wireSchema } from '../../process/compile.ts'
import { isObject } from '../reading/notification.ts'

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

/** What an object was called on the wire. A new major version breaks, a new minor one adds fields. */
export type ObjectVersion = { readonly name: string; readonly namespace: string; readonly version: string }

export type Flattened = {
  readonly payload: Readonly<Record<string, unknown>>
  /** By the path of the object: `payload`, `payload.flavor`; items of a list share that of the list. */
  readonly objects: Readonly<Record<string, ObjectVersion>>
  readonly namespace: string
}

/** A versioned payload as a plain one: its own fields and those of the objects inside it. Undefined where it is none. */
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
type Fields = Readonly<Record<string, unknown>>

const flattenValue = (value: object, path: string, walk: Walk): unknown => {
  if (!Array.isArray(value)) return flattenObject(value as Fields, path, walk) // Any object can be looked up by name.
  let copy: unknown[] | undefined
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index]
    if (typeof item !== 'object' || item === null) continue
    const flat = flattenValue(item, path, walk)
    if (flat === item) continue
    copy ??= [...value]
    copy[index] = flat
  }
  return copy ?? value
}

const flattenObject = (object: Fields, path: string, walk: Walk): Fields => {
  const data = object[walk.data]
  if (isObject(data)) {
    const { [walk.name]: name, [walk.namespace]: namespace, [walk.version]: version } = object
    walk.objects[path] = { name: textOf(name), namespace: textOf(namespace), version: textOf(version) }
  }
  const fields = isObject(data) ? data : object
  let copy: Record<string, unknown> | undefined
  for (const name in fields) {
    const value = fields[name]
    if (typeof value !== 'object' || value === null) continue
    const flat = flattenValue(value, `${path}.${name}`, walk)
    if (flat === value) continue
    copy ??= { ...fields }
    copy[name] = flat
  }
  return copy ?? fields
}

/** Not by String alone: an object whose `toString` is data has no text. */
const textOf = (value: unknown): string => (isObject(value) ? '' : String(value))
