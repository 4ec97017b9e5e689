/**
 * A replacement for the part of zod/mini that checks messages of the wire, in 1 kB instead of 18. The bundles of functions on Lambda
 * contain it instead of zod (lib/cli/lean-bundles.ts), which takes a quarter of their cold start. It accepts the same values as zod and
 * reports the same issues; test/cli/lean-bundles.test.ts compares the two. Everything else uses zod itself.
 */
type Issue = {
  readonly code: 'invalid_type' | 'custom'
  readonly expected?: string
  readonly message: string
  readonly path: readonly PropertyKey[]
}
type Find = (value: unknown) => readonly Issue[]
type Schema = { readonly issuesOf: Find; check(check: Find): Schema }

const NONE: readonly Issue[] = []

const schemaOf = (issuesOf: Find): Schema => ({
  issuesOf,
  check: (check) => schemaOf((value) => [...issuesOf(value), ...check(value)]),
})

const typed = (expected: string, fits: (value: unknown) => boolean): Find => {
  const wrong: readonly Issue[] = [{ code: 'invalid_type', expected, message: '', path: [] }]
  return (value) => (fits(value) ? NONE : wrong)
}

export const custom = (fits: (value: unknown) => boolean, message: string): Schema => schemaOf(saying(message, fits))

const saying = (message: string, fits: (value: unknown) => boolean): Find => {
  const wrong: readonly Issue[] = [{ code: 'custom', message, path: [] }]
  return (value) => (fits(value) ? NONE : wrong)
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const string = (): Schema => schemaOf(typed('string', (value) => typeof value === 'string'))
export const unknown = (): Schema => schemaOf(() => NONE)
export const record = (): Schema => schemaOf(typed('record', isObject))

export const optional = ({ issuesOf }: Schema): Schema =>
  schemaOf((value) => (value === undefined ? NONE : issuesOf(value)))
export const nullable = ({ issuesOf }: Schema): Schema => schemaOf((value) => (value === null ? NONE : issuesOf(value)))

export const object = (shape: Readonly<Record<string, Schema>>): Schema => {
  const fields = Object.entries(shape)
  const isWhole = typed('object', isObject)
  return schemaOf((value) =>
    isObject(value) ? fields.flatMap(([name, { issuesOf }]) => inField(name, issuesOf(value[name]))) : isWhole(value),
  )
}
/** Both accept fields that the shape does not name: a check copies nothing, so there is nothing to leave out. */
export const looseObject = object

const inField = (name: string, issues: readonly Issue[]): readonly Issue[] =>
  issues.length === 0 ? NONE : issues.map((issue) => ({ ...issue, path: [name, ...issue.path] }))

export const union = (options: readonly Schema[], message: string): Schema =>
  custom((value) => options.some((option) => validate(option, value)), message)

/** As in zod, the length of any value that has one is checked, such as that of an empty list where a text belongs. */
export const minLength = (least: number, message: string): Find =>
  saying(message, (value) => {
    const { length } = Object(value) as { readonly length?: number } // Of JSON it may be anything.
    return length === undefined || length >= least
  })
export const regex = (pattern: RegExp, message: string): Find =>
  saying(message, (value) => typeof value !== 'string' || pattern.test(value))

export const validate = ({ issuesOf }: Schema, value: unknown): boolean => issuesOf(value).length === 0
export const safeParse = ({ issuesOf }: Schema, value: unknown) => ({ error: { issues: issuesOf(value) } })

/** Does nothing: it sets whether zod generates code, and nothing here does. */
export const config = (_options: object): void => {}
/** Not a version of zod: a host in the same process shares its compiler of schemas by version, and these cannot be compiled. */
export const version = { major: 'lean', minor: 0, patch: 0 }
