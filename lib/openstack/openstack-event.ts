import { attributeId, attributeText, attributeType, type CloudEvent, sourcePart } from '../core/cloudevent.ts'
import { rfc3339Utc } from '../process/rfc3339.ts'
import { crypto } from '../process/secrets.ts'
import { subjectOf } from './describing/subject.ts'
import { dataOf, type OpenstackEventData } from './openstack-data.ts'
import { isObject, type Notification } from './reading/notification.ts'

export type { Phase } from './describing/kind.ts'
export type { Format, OpenstackEventData } from './openstack-data.ts'

/** @typeParam Name of the event, on the wire or canonical, which gives `data.payload` its type */
export type OpenstackEvent<Name extends string = string, Service extends string = string> = CloudEvent<
  OpenstackEventData<Name, Service>
> & {
  readonly priority: string
  readonly kind: string
  readonly project?: string
  readonly owner?: string
  readonly user?: string
  readonly requestid?: string
  readonly host?: string
  /** https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/severity.md: of a known priority. */
  readonly severitytext?: string
  readonly severitynumber?: number
  /** https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/authcontext.md: `user` beside the id of the caller. */
  readonly authtype?: 'user'
  readonly authid?: string
  /**
   * The request that began the flow through several services, otherwise the request of this service.
   * https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/correlation.md
   */
  readonly correlationid?: string
}

/** @param exchange that the message came by, if known */
export const openstackEvent = (notification: Notification, exchange: string | undefined): OpenstackEvent => {
  const data = dataOf(notification, exchange)
  const { project, owner, user, request, host } = data
  const severity = SEVERITIES.get(data.priority)
  const flow = data.globalRequestId ?? request
  const time = rfc3339Utc(notification.timestamp ?? '') ?? auditTime(notification.payload)
  const subject = subjectOf(data)
  const event: { -readonly [Name in keyof OpenstackEvent]: OpenstackEvent[Name] } = {
    specversion: '1.0',
    id: attributeId(notification.messageId ?? contentId(data, notification.timestamp)),
    source: sourceOf(data),
    type: `org.openstack.${data.service}.${attributeType(data.eventType)}`,
    datacontenttype: 'application/json',
    priority: attributeText(data.priority),
    kind: attributeText(data.kind || data.eventType),
    data,
  }
  if (subject !== undefined) event.subject = attributeText(subject)
  if (time !== undefined) event.time = time
  if (project !== undefined) event.project = attributeText(project)
  if (owner !== undefined) event.owner = attributeText(owner)
  if (user !== undefined) {
    event.user = attributeText(user)
    event.authtype = 'user'
    event.authid = event.user
  }
  if (request !== undefined) event.requestid = attributeText(request)
  if (flow !== undefined) event.correlationid = attributeText(flow)
  if (host !== undefined) event.host = attributeText(host)
  if (severity !== undefined) {
    event.severitytext = severity.text
    event.severitynumber = severity.number
  }
  return event
}

/**
 * oslo.messaging's priorities, each with a number of OpenTelemetry, of which a greater one is more severe. `audit` and `sample` are
 * information, and each text has a number of its own.
 */
const SEVERITIES: ReadonlyMap<string, { readonly text: string; readonly number: number }> = new Map([
  ['debug', { text: 'DEBUG', number: 5 }],
  ['info', { text: 'INFO', number: 9 }],
  ['audit', { text: 'AUDIT', number: 10 }],
  ['sample', { text: 'SAMPLE', number: 11 }],
  ['warn', { text: 'WARN', number: 13 }],
  ['error', { text: 'ERROR', number: 17 }],
  ['critical', { text: 'CRITICAL', number: 21 }],
])

const auditTime = (payload: unknown): string | undefined =>
  isObject(payload) && typeof payload.eventTime === 'string' ? rfc3339Utc(payload.eventTime) : undefined

const sourceOf = ({ service, publisher }: OpenstackEventData): string =>
  publisher === undefined ? `openstack/${service}` : `openstack/${service}/${sourcePart(publisher)}`

/**
 * The id if the sender gave none: of all that the notification tells, because two of one moment may differ in the request or the
 * priority alone. Repetitions of a notification have the same id.
 */
const contentId = (data: OpenstackEventData, timestamp: string | undefined): string =>
  crypto().hash('sha256', JSON.stringify([timestamp, data]), 'base64url')
