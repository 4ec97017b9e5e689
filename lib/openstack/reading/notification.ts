/** The caller, from the context of the request. */
export type Caller = {
  /** An id. */
  readonly project: string | undefined
  readonly projectName: string | undefined
  /** An id or a name. */
  readonly projectOrName: string | undefined
  /** An id. */
  readonly user: string | undefined
  readonly userName: string | undefined
  /** Id of the domain of the project, or of the domain that the caller acts on. */
  readonly domain: string | undefined
  /** `req-…`, set by the first service that received the request. */
  readonly request: string | undefined
  /** `req-…`, set by a caller of several services. */
  readonly globalRequest: string | undefined
}

/** A notification without its wrappings and its secrets. */
export type Notification = {
  readonly caller: Caller
  readonly eventType: string
  /** Known only if the form of the notification tells it. */
  readonly service: string | undefined
  readonly messageId: string | undefined
  readonly publisher: string | undefined
  /** Known if the sender names it beside the publisher. */
  readonly host: string | undefined
  readonly priority: string | undefined
  readonly timestamp: string | undefined
  readonly payload: unknown
  /** Whether ceilometer or aodh sent it: a sample, an alarm, or an event made of a notification. */
  readonly isTelemetry: boolean
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A text that is not empty; a number as a text. */
export const textOrNothing = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}

const CALLER_FIELDS = [
  'project_id',
  'tenant_id',
  'project_name',
  'tenant_name',
  'project',
  'tenant',
  'trustor_user_id',
  'user_id',
  'user',
  'user_name',
  'username',
  'domain',
  'domain_id',
  'project_domain',
  'project_domain_id',
  'request_id',
  'global_request_id',
] as const

type Names = Readonly<Record<(typeof CALLER_FIELDS)[number], string>>

/** Joined once, because a name that is joined for each message takes longer than all else here. */
const namesWith = (prefix: string): Names =>
  Object.fromEntries(CALLER_FIELDS.map((name) => [name, prefix + name])) as Names // Object.fromEntries forgets the names.

const NAMES = { '': namesWith(''), _context_: namesWith('_context_') }

/**
 * The caller in the context of a request. heat acts with a trust: the user who gave it is the caller.
 *
 * @param prefix of the names
 */
export const callerIn = (context: Readonly<Record<string, unknown>>, prefix: keyof typeof NAMES): Caller => {
  const names = NAMES[prefix]
  const text = (name: keyof Names): string | undefined => textOrNothing(context[names[name]])
  const trustor = text('trustor_user_id')
  return {
    project: text('project_id') ?? text('tenant_id'),
    projectName: text('project_name') ?? text('tenant_name'),
    projectOrName: text('project') ?? text('tenant'),
    user: trustor ?? text('user_id') ?? text('user'),
    userName: trustor === undefined ? (text('user_name') ?? text('username')) : undefined,
    domain: text('domain') ?? text('domain_id') ?? text('project_domain') ?? text('project_domain_id'),
    request: text('request_id'),
    globalRequest: text('global_request_id'),
  }
}

export const NO_CALLER = callerIn({}, '')
