import * as z from 'zod/mini'
import { VERSIONED_PREFIXES, VersionedObject } from '../nova-object.ts'
import { isObject } from '../reading/notification.ts'

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
