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

/** The caller in the context of a request. heat acts with a trust: the user who gave it is the caller. */
export const callerIn = (context: Readonly<Record<string, unknown>>): Caller => {
  const trustor = textOrNothing(context.trustor_user_id)
  return {
    project: textOrNothing(context.project_id) ?? textOrNothing(context.tenant_id),
    projectName: textOrNothing(context.project_name) ?? textOrNothing(context.tenant_name),
    projectOrName: textOrNothing(context.project) ?? textOrNothing(context.tenant),
    user: trustor ?? textOrNothing(context.user_id) ?? textOrNothing(context.user),
    userName: trustor === undefined ? (textOrNothing(context.user_name) ?? textOrNothing(context.username)) : undefined,
    domain:
      textOrNothing(context.domain) ??
      textOrNothing(context.domain_id) ??
      textOrNothing(context.project_domain) ??
      textOrNothing(context.project_domain_id),
    request: textOrNothing(context.request_id),
    globalRequest: textOrNothing(context.global_request_id),
  }
}

/** The same if the context's fields are among those of the message. Each is read by its own name, which is the fastest way. */
export const callerBeside = (message: Readonly<Record<`_context_${string}`, unknown>>): Caller =>
  callerIn({
    project_id: message._context_project_id,
    tenant_id: message._context_tenant_id,
    project_name: message._context_project_name,
    tenant_name: message._context_tenant_name,
    project: message._context_project,
    tenant: message._context_tenant,
    trustor_user_id: message._context_trustor_user_id,
    user_id: message._context_user_id,
    user: message._context_user,
    user_name: message._context_user_name,
    username: message._context_username,
    domain: message._context_domain,
    domain_id: message._context_domain_id,
    project_domain: message._context_project_domain,
    project_domain_id: message._context_project_domain_id,
    request_id: message._context_request_id,
    global_request_id: message._context_global_request_id,
  })

export const NO_CALLER = callerIn({})
