import { gunzipSync, inflateSync } from 'node:zlib'
import { MARK } from './secrets.ts'

/** What a line of an output is. */
export type Line = 'event' | 'dead letter' | 'log'

/** Why a line of stdout, where events go, is not in order; none: it is. */
export const faultsOfEvent = (line: string): readonly string[] => {
  const event = objectIn(line)
  if (event === undefined) return ['an event is not a JSON object']
  const { data, ...attributes } = event
  return [
    ...secretsIn(line, 'an event'),
    ...(data === undefined ? ['an event has no data'] : []),
    ...(attributes.specversion === '1.0' ? [] : ['an event has another specversion']),
    ...['id', 'source', 'type'].filter((name) => !attributes[name]).map((name) => `an event has no ${name}`),
    ...Object.entries(attributes).flatMap(([name, value]) => faultsOfAttribute(name, value)),
  ]
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** The only attribute that is a number: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/severity.md */
const SEVERITIES: ReadonlySet<unknown> = new Set(Array.from({ length: 24 }, (_, index) => index + 1))

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system */
const faultsOfAttribute = (name: string, value: unknown): readonly string[] => {
  if (!/^[a-z0-9]{1,20}$/.test(name)) return [`${name} is not a name of an attribute`]
  if (name === 'severitynumber') return SEVERITIES.has(value) ? [] : ['severitynumber is not a severity']
  if (typeof value !== 'string') return [`${name} is not a text`]
  if (value === '') return [`${name} is empty`]
  if (!value.isWellFormed()) return [`${name} holds half of a surrogate pair`]
  if (/\p{Cc}/u.test(value)) return [`${name} holds a control character`]
  if (name === 'time' && (!TIME.test(value) || Number.isNaN(Date.parse(value.replace(':60', ':59')))))
    return ['time is not a time']
  if (name === 'source' && !/^[!#-;=?-[\]_a-z~]+$/u.test(value)) return ['source is not a URI reference']
  return []
}

/** Why a line of stderr, where the log and the dead letters go, is not in order. */
export const faultsOfLog = (line: string): readonly string[] => {
  const entry = objectIn(line)
  if (entry === undefined) return ['a line of the log is not a JSON object']
  const where = kindOfLog(entry)
  if (where === 'dead letter') return [...secretsIn(line, where), ...secretsInBytes(entry.data)]
  const isOurs = line.includes('"internal_error"') || entry.message === 'the function failed'
  return [...secretsIn(line, 'the log'), ...(isOurs ? ['a fault of ours is in the log'] : [])]
}

export const kindOfLine = (line: string): Line => kindOfLog(objectIn(line) ?? {})

const kindOfLog = ({ type }: Readonly<Record<string, unknown>>): Line =>
  type === 'tidings.dead-letter' ? 'dead letter' : 'log'

const objectIn = (line: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined // A line has no list.
  } catch {
    return undefined
  }
}

/** The secret as it is, with each other byte a zero (UTF-16), and as it stands in base64 from each of three places on. */
const FORMS: readonly string[] = [
  MARK,
  [...MARK].join('\0'),
  [...MARK].join('\\u0000'),
  ...[0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + MARK)
      .toString('base64')
      .slice(shift && shift + 1, -3),
  ),
]

/** Which planted secrets a text holds. */
export const secretsIn = (text: string, where: string): readonly string[] => {
  const form = FORMS.find((each) => text.includes(each))
  if (form === undefined) return []
  const [kind] = /^[A-Za-z]*/.exec(text.slice(text.indexOf(form) + form.length)) ?? []
  return [`a secret is in ${where}: ${form === MARK ? kind : 'in another form'}`]
}

/** A body that is not a text: what comes out when it is decompressed counts as well. */
const secretsInBytes = (data: unknown): readonly string[] => {
  const { bodyBase64 } = (data ?? {}) as { readonly bodyBase64?: unknown } // Whatever it is, this asks no more.
  if (typeof bodyBase64 !== 'string') return []
  const bytes = Buffer.from(bodyBase64, 'base64')
  const plain = [gunzipSync, inflateSync].flatMap((open) => {
    try {
      return [open(bytes, { maxOutputLength: 1e7 })]
    } catch {
      return []
    }
  })
  return [bytes, ...plain].flatMap((each) => secretsIn(each.toString('latin1'), "a dead letter's bytes"))
}

const STATUSES: ReadonlySet<number> = new Set([200, 204, 400, 401, 404, 405, 409, 413, 422])

/** Why an answer by HTTP is not in order. Only the provisioner has a gateway behind it that may refuse. */
export const faultsOfAnswer = (status: number, body: string, isProvisioner: boolean): readonly string[] => [
  ...(STATUSES.has(status) || (isProvisioner && status === 502) ? [] : [`status ${status}: ${body.slice(0, 300)}`]),
  ...secretsIn(body, 'an answer'),
]
