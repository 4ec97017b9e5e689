/** Who asked for what happened, by the context of the request. */
export type Caller = {
  readonly project: string | undefined
  /** An id as well, or a name. */
  readonly projectName: string | undefined
  readonly user: string | undefined
  readonly request: string | undefined
}

/** A notification off its wrappings, whichever they were, and without secrets. */
export type Notification = Caller & {
  readonly eventType: string
  readonly messageId: string | undefined
  readonly publisher: string | undefined
  readonly priority: string | undefined
  readonly timestamp: string | undefined
  readonly payload: unknown
  /** Whether it is a summary that ceilometer made of a notification. */
  readonly isSummary: boolean
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A text with something in it; a number as a text. */
export const textOrNothing = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}

/** From a context by its own names, without `_context_`. */
export const callerIn = (context: Readonly<Record<string, unknown>>): Caller => ({
  project: textOrNothing(context.project_id) ?? textOrNothing(context.tenant_id),
  projectName: textOrNothing(context.project) ?? textOrNothing(context.tenant),
  user: textOrNothing(context.user_id) ?? textOrNothing(context.user),
  request: textOrNothing(context.request_id),
})
