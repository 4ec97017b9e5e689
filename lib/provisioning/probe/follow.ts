import { parseEndpoint } from '../document/push-endpoint.ts'
import type { State } from '../plan/state.ts'
import type { Push } from './probe-listener.ts'
import { failed, type HopResult, passed, unseen } from './probe-report.ts'
import { pushTo } from './push-probe.ts'
import type { Place } from './standing.ts'

/** What a function with our settings would make of a push; a message for each hop that fails. */
export type Received = { readonly token?: string | undefined; readonly decode?: string | undefined }

/** The hops of an event that the gateway pushes to our listener. @param limit aborts when the time is over */
export const arrivalHops = async (
  arrival: Promise<Push>,
  limit: AbortSignal,
  isPersistent: boolean,
  receive: (push: Push) => Received,
): Promise<readonly HopResult[]> => {
  const started = performance.now()
  try {
    const { token, decode } = receive(await arrival)
    const ms = performance.now() - started
    return [
      ...(isPersistent ? [passed('queue', ms), passed('push')] : [passed('push', ms)]),
      token === undefined ? passed('token') : failed('token', token),
      decode === undefined ? passed('decode') : failed('decode', decode),
    ]
  } catch (error) {
    if (!limit.aborted) throw error
    const ms = performance.now() - started
    const way = 'check that the endpoint of the topic leads from the gateway to this listener'
    return isPersistent
      ? [failed('queue', `the gateway still holds the event in the queue of the topic: ${way}`, ms)]
      : [failed('push', `the gateway did not push the event: ${way}`, ms)]
  }
}

export type Sending = {
  readonly notification: object
  readonly isPersistent: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** The address of the topic of a rule, from the document or from the gateway; undefined where the gateway does not show it. */
export const addressOf = ({ topic }: Place, state: State): string | undefined =>
  topic.attributes.get('endpoint')?.reveal() ?? state.topics.get(topic.name)?.attributes.get('push-endpoint')

/** The hop of an event that cannot be followed to where its topic sends it. Undefined where it can, or where that is not known. */
export const unseenPush = (address: string | undefined): HopResult | undefined => {
  const endpoint = parseEndpoint(address ?? '')
  if (typeof endpoint === 'string' || endpoint.kind === 'http') return undefined
  const message =
    `the gateway does not tell whether it published the event, and a test reads no events from ${endpoint.kind} brokers: ` +
    'put an object that the rule matches while a consumer of yours reads there'
  return unseen('push', message)
}

/** The hops of a notification that we send to the endpoint of the topic ourselves. */
export const sentHops = async (
  { topic }: Place,
  address: string | undefined,
  sending: Sending,
): Promise<readonly HopResult[]> => {
  if (address === undefined)
    return [unseen('push', 'the gateway does not show the endpoint of this topic: test it with --listen')]
  const verifySsl = topic.attributes.get('verifySsl')?.reveal() !== 'false'
  return pushTo(new URL(address), sending.notification, { ...sending, verifySsl })
}
