import type { Random } from './random.ts'

type Container = Record<string, unknown> | unknown[]
type Place = { readonly container: Container; readonly key: string }

/** The provisioner puts the variable in its place, where that is allowed. */
export const REFERENCE = '$' + '{env:FUZZ_SECRET}'

/** Texts that readers of text, numbers, dates and ids stumble over. */
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  '\ufeff',
  '\ud800',
  'a\udc00b',
  '\u2028',
  'é'.normalize('NFD'),
  '\u202egnp.exe',
  '\r\nx-injected: 1',
  '__proto__',
  '0.000000',
  '2026-13-45T99:99:99Z',
  '9999999999999999999999',
  REFERENCE,
  '%00%zz%',
  '{"a":',
  '\\"\\"',
  'x'.repeat(5000),
  ':'.repeat(300),
] as const

const ODD_VALUES = [
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  2 ** 53 + 2,
  1e308,
  [],
  {},
  [null],
  [[]],
  { __type__: 'datetime', __value__: null },
  { length: 1e9 },
  { toString: 'x', valueOf: 1, toJSON: 2 },
] as const

const ODD_KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'Records',
  'oslo.message',
  'oslo.version',
  'specversion',
  'data',
  'data_base64',
  'payload',
  'nova_object.data',
  'key',
  'value',
  '',
  '\ud800',
] as const

/** The value after some changes, each at a place of its own. `other` is a document of which parts are taken. */
export const mutate = (random: Random, value: unknown, other: unknown): unknown => {
  const root: { document: unknown } = { document: structuredClone(value) }
  for (let count = random.below(5); count > 0; count--) change(random, root, other)
  return root.document
}

type Chosen = { readonly place: Place; readonly elsewhere: Place; readonly value: unknown; readonly other: unknown }

const CHANGES: readonly ((random: Random, chosen: Chosen) => void)[] = [
  (_, { place }) => remove(place),
  (random, { place }) => duplicate(place, random),
  (random, { place, value }) => set(place, nested(value, random.pick([1, 2, 30, 400]), random.percent(50))),
  (random, { place }) => set(place, structuredClone(random.pick<unknown>(ODD_VALUES))),
  (random, { place }) => set(place, random.pick(ODD_TEXTS)),
  (random, { place, other }) => set(place, structuredClone(valueAt(random.pick(placesIn({ other }))))),
  (_, { place, elsewhere, value }) => {
    // A part of itself may be what it is swapped with: then it is in both places.
    const copy = structuredClone(valueAt(elsewhere))
    set(elsewhere, structuredClone(value))
    set(place, copy)
  },
  (random, { place, value }) => {
    remove(place)
    set({ ...place, key: random.pick(ODD_KEYS) }, structuredClone(value))
  },
  (random, { place, value }) =>
    set(place, typeof value === 'string' ? value.slice(0, random.below(value.length + 1)) : JSON.stringify(value)),
  (random, { place, value }) =>
    set(place, typeof value === 'string' ? `${value}${random.pick(ODD_TEXTS)}` : JSON.stringify(value)),
  (_, { place, value }) => set(place, typeof value === 'string' ? Number(value) : [value]),
]

const change = (random: Random, root: { document: unknown }, other: unknown): void => {
  // The root itself may have been taken away.
  root.document ??= null
  const [place, elsewhere] = [random.pick(placesIn(root)), random.pick(placesIn(root))]
  random.pick(CHANGES)(random, { place, elsewhere, value: valueAt(place), other })
}

/** Of a large document the first ones. */
const MAX_PLACES = 500

/** Every place of a document, its root left out. */
const placesIn = (root: Record<string, unknown>): readonly Place[] => {
  const places: Place[] = []
  const queue: Container[] = [root]
  for (let container = queue.shift(); container !== undefined; container = queue.shift()) {
    for (const key of Object.keys(container)) {
      if (places.length >= MAX_PLACES) return places
      const place = { container, key }
      places.push(place)
      const value = valueAt(place)
      if (typeof value === 'object' && value !== null) queue.push(value as Container) // JSON has no other objects.
    }
  }
  return places
}

const valueAt = ({ container, key }: Place): unknown => Object.getOwnPropertyDescriptor(container, key)?.value

/** Not by assignment: a key may be `__proto__`. */
const set = ({ container, key }: Place, value: unknown): void => {
  if (Array.isArray(container) && !/^\d+$/.test(key)) return
  Object.defineProperty(container, key, { value, configurable: true, enumerable: true, writable: true })
}

const remove = ({ container, key }: Place): void => {
  if (Array.isArray(container)) container.splice(Number(key), 1)
  else delete container[key]
}

const duplicate = (place: Place, random: Random): void => {
  const { container, key } = place
  const copy = structuredClone(valueAt(place))
  const copies = Array.from({ length: random.pick([1, 2, 40]) }, () => structuredClone(copy))
  if (Array.isArray(container)) container.push(...copies)
  else set({ container, key: random.pick([key.toUpperCase(), `${key}_2`, ` ${key}`, `s3:${key}`]) }, copy)
}

const nested = (value: unknown, depth: number, inList: boolean): unknown => {
  let result = value
  for (let level = 0; level < depth; level++) result = inList ? [result] : { data: result }
  return result
}
