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
}

/** @param exchange that the message came by, if known */
export const openstackEvent = (notification: Notification, exchange: string | undefined): OpenstackEvent => {
  const data = dataOf(notification, exchange)
  const { project, owner, user, request, host } = data
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
  if (user !== undefined) event.user = attributeText(user)
  if (request !== undefined) event.requestid = attributeText(request)
  if (host !== undefined) event.host = attributeText(host)
  return event
}

const auditTime = (payload: unknown): string | undefined =>
  isObject(payload) && typeof payload.eventTime === 'string' ? rfc3339Utc(payload.eventTime) : undefined

const sourceOf = ({ service, publisher }: OpenstackEventData): string =>
  publisher === undefined ? `openstack/${service}` : `openstack/${service}/${sourcePart(publisher)}`

/** The id if the sender gave none. Repetitions of a notification have the same id. */
const contentId = (
  { service, eventType, publisher, payload }: OpenstackEventData,
  timestamp: string | undefined,
): string => crypto().hash('sha256', JSON.stringify([service, eventType, publisher, timestamp, payload]), 'base64url')
