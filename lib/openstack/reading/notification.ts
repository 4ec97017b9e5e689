/** Who asked for what happened, by the context of the request. */
export type Caller = {
  /** An id. */
  readonly project: string | undefined
  readonly projectName: string | undefined
  /** An id as well, or a name. */
  readonly projectOrName: string | undefined
  /** An id. */
  readonly user: string | undefined
  readonly userName: string | undefined
  /** Id of the domain of the project; of the domain itself where the caller acts on a domain. */
  readonly domain: string | undefined
  /** `req-…`, given by the first service that the request came to. */
  readonly request: string | undefined
  /** `req-…`, given by whoever called several services. */
  readonly globalRequest: string | undefined
}

/** A notification off its wrappings, whichever they were, and without secrets. */
export type Notification = Caller & {
  readonly eventType: string
  /** Where the form alone tells it. */
  readonly service: string | undefined
  readonly messageId: string | undefined
  readonly publisher: string | undefined
  /** Where the sender names it beside the publisher. */
  readonly host: string | undefined
  readonly priority: string | undefined
  readonly timestamp: string | undefined
  readonly payload: unknown
  /** Whether it is ceilometer's or aodh's: a sample, an alarm, an event made of a notification. */
  readonly isTelemetry: boolean
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A text with something in it; a number as a text. */
export const textOrNothing = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}

/**
 * From the context of a request. heat works with a trust: the one who gave it is the one who asked.
 *
 * @param prefix of the names
 */
export const callerIn = (context: Readonly<Record<string, unknown>>, prefix: '' | '_context_'): Caller => {
  const text = (name: string): string | undefined => textOrNothing(context[prefix + name])
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
