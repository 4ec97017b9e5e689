import { crypto } from '../../crypto.ts'
import type { CloudEvent } from '../../schemas/cloudevent.ts'
import { rfc3339Utc } from '../rfc3339.ts'
import { dataOf, type OpenstackEventData } from './data.ts'
import { subjectOf } from './describing/subject.ts'
import { isObject, type Notification } from './reading/notification.ts'

export type { Format, OpenstackEventData } from './data.ts'
export type { Phase } from './describing/kind.ts'

export type OpenstackEvent = CloudEvent<OpenstackEventData> & {
  readonly priority: string
  readonly kind: string
  readonly project?: string
  readonly user?: string
  readonly requestid?: string
  readonly host?: string
}

/** @param exchange that the message came by, where it is known */
export const openstackEvent = (notification: Notification, exchange: string | undefined): OpenstackEvent => {
  const data = dataOf(notification, exchange)
  const { project, user, request, host } = data
  const time = rfc3339Utc(notification.timestamp ?? '') ?? auditTime(notification.payload)
  const subject = subjectOf(data.resource, data.payload, data.cadf)
  const event: { -readonly [Name in keyof OpenstackEvent]: OpenstackEvent[Name] } = {
    specversion: '1.0',
    id: notification.messageId ?? contentId(data, notification.timestamp),
    source: sourceOf(data),
    type: `org.openstack.${data.service}.${typeOf(data.eventType)}`,
    datacontenttype: 'application/json',
    priority: attribute(data.priority),
    kind: attribute(data.kind),
    data,
  }
  if (subject !== undefined) event.subject = attribute(subject)
  if (time !== undefined) event.time = time
  if (project !== undefined) event.project = attribute(project)
  if (user !== undefined) event.user = attribute(user)
  if (request !== undefined) event.requestid = attribute(request)
  if (host !== undefined) event.host = attribute(host)
  return event
}

const auditTime = (payload: unknown): string | undefined =>
  isObject(payload) && typeof payload.eventTime === 'string' ? rfc3339Utc(payload.eventTime) : undefined

/** Event types are anybody's text: what is no printable ASCII, or a blank, becomes `_`. */
const typeOf = (eventType: string): string =>
  PRINTABLE.test(eventType) ? eventType : eventType.replace(/[^\x21-\x7e]/gu, '_')

const PRINTABLE = /^[\x21-\x7e]*$/

const sourceOf = ({ service, publisher }: OpenstackEventData): string => {
  if (publisher === undefined) return `openstack/${service}`
  return `openstack/${service}/${IN_PATH.test(publisher) ? publisher : encode(publisher)}`
}

/** What may stand in the path of a URI as it is, as far as publishers use it. */
const IN_PATH = /^[\w.:@~-]+$/

const encode = (publisher: string): string =>
  encodeURIComponent(publisher.toWellFormed()).replace(/%(?:3A|40)/g, decodeURIComponent)

/** Control characters and halves of a pair may not stand in an attribute. */
const attribute = (text: string): string => (PLAIN.test(text) ? text : text.toWellFormed().replace(/\p{Cc}/gu, ' '))

const PLAIN = /^[\x20-\x7e]*$/

/** Where the sender gave no id: the same notification has the same one. */
const contentId = (
  { service, eventType, publisher, payload }: OpenstackEventData,
  timestamp: string | undefined,
): string => crypto().hash('sha256', JSON.stringify([service, eventType, publisher, timestamp, payload]), 'base64url')
