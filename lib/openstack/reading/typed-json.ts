import { isRawNumber } from '../../process/raw-number.ts'

/**
 * kombu's typed values as plain ones, all the way down. kombu 5.3 and later write `{"__type__":"uuid","__value__":{"hex":…}}`
 * and the like where earlier ones wrote text (kombu/utils/json.py), so only v1 bodies have them; a beta of 5.3 wrote
 * `{"bytes":…,"__bytes__":true}`. Bytes that are no text stay in base64.
 */
export const plainTypes = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainTypes)
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return value
  const fields = Object.entries(value)
  if (fields.length === 2) {
    const plain = plainOf(value as Readonly<Record<string, unknown>>) // Any object can be looked up by name.
    if (plain !== undefined) return plain
  }
  return Object.fromEntries(fields.map(([name, member]) => [name, plainTypes(member)]))
}

const SIMPLE = new Set<unknown>(['datetime', 'date', 'time', 'decimal', 'bytes', 'base64'])

const plainOf = (object: Readonly<Record<string, unknown>>): string | undefined => {
  const { __type__: type, __value__: value } = object
  if (SIMPLE.has(type) && typeof value === 'string') return value
  if (type === 'uuid' && typeof value === 'object' && value !== null && 'hex' in value) return dashed(String(value.hex))
  if ((object.__bytes__ === true || object.__base64__ === true) && typeof object.bytes === 'string') return object.bytes
  return undefined
}

const dashed = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
