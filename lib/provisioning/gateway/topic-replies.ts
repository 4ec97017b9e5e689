import { topicNameIn } from '../document/topic.ts'
import type { Page } from './rgw-exchange.ts'
import type { Topic } from './topics.ts'
import { childrenOf, elementAt, textAt, type XmlElement } from './xml.ts'

/**
 * Reads a reply to ListTopics. Undefined for any other document.
 *
 * `ListTopicsResponse(ListTopicsResult(Topics(member(User, Name, EndPoint(…), TopicArn, OpaqueData, Policy?)*)), NextToken?)`
 *
 * The token stands outside the result, where the SDK does not look; some releases may put it right.
 */
export const parseTopicPage = (root: XmlElement | undefined): Page<Topic> | undefined => {
  const result = elementAt(root, 'ListTopicsResult')
  if (root?.name !== 'ListTopicsResponse' || !result) return undefined
  return {
    items: topicsIn(childrenOf(elementAt(result, 'Topics'), 'member').map(parseTopic)),
    nextToken: (textAt(root, 'NextToken') ?? textAt(result, 'NextToken')) || undefined,
  }
}

/**
 * The topics in a list. Before 17.2.7 the rules of all users of the tenant are listed too, each as a topic `<id>_<topic>`
 * with the ARN of the topic that it is bound to.
 */
const topicsIn = (listed: readonly Topic[]): readonly Topic[] => {
  const isRule = ({ name, arn }: Topic): boolean => topicNameIn(arn) !== name
  const topics = listed.filter((one) => !isRule(one))
  if (!listed.some((one) => isRule(one) || one.olderThan === LISTS_RULES)) return topics
  const rules = Map.groupBy(listed.filter(isRule), ({ arn }) => arn)
  return topics.map((topic) => ({
    ...topic,
    ruleIds: (rules.get(topic.arn) ?? []).map(({ name, arn }) => ruleIdIn(name, arn)),
  }))
}

const ruleIdIn = (name: string, arn: string): string => {
  const end = `_${topicNameIn(arn)}`
  return name.endsWith(end) ? name.slice(0, -end.length) : name
}

const parseTopic = (member: XmlElement): Topic =>
  topicOf(
    (field) => textAt(member, field),
    (field) => textAt(member, 'EndPoint', field),
  )

/**
 * Reads a reply to GetTopicAttributes. Undefined for any other document.
 *
 * `GetTopicAttributesResponse(GetTopicAttributesResult(Attributes(entry(key, value)*)))`, with the fields of a list; EndPoint is JSON.
 */
export const parseTopicAttributes = (root: XmlElement | undefined): Topic | undefined => {
  const attributes = elementAt(root, 'GetTopicAttributesResult', 'Attributes')
  if (root?.name !== 'GetTopicAttributesResponse' || !attributes) return undefined
  const told = new Map(childrenOf(attributes, 'entry').map((entry) => [textAt(entry, 'key'), textAt(entry, 'value')]))
  const endPoint = membersOf(told.get('EndPoint') ?? '')
  return topicOf(
    (field) => told.get(field),
    (field) => (endPoint[field] === undefined ? undefined : String(endPoint[field])),
  )
}

const membersOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

type Tell = (field: string) => string | undefined

const topicOf = (tell: Tell, tellOfEndPoint: Tell): Topic => {
  const args = tellOfEndPoint('EndpointArgs') ?? ''
  const fields = {
    'push-endpoint': tellOfEndPoint('EndpointAddress'),
    OpaqueData: tell('OpaqueData'),
    persistent: tellOfEndPoint('Persistent')?.toLowerCase(),
    time_to_live: tellOfEndPoint('TimeToLive'),
    max_retries: tellOfEndPoint('MaxRetries'),
    retry_sleep_duration: tellOfEndPoint('RetrySleepDuration'),
    Policy: tell('Policy'),
  }
  // A gateway keeps settings that it does not know among the arguments, so missing fields are looked for there.
  const told = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const attributes = new Map([...parseArgs(args, fields['push-endpoint'], fields.OpaqueData), ...told])
  return {
    name: tell('Name') ?? '',
    arn: tell('TopicArn') ?? '',
    owner: tell('User') ?? '',
    attributes: new Map([...attributes].filter(([, value]) => value !== '')),
    olderThan: olderThan(args, fields.time_to_live !== undefined),
  }
}

/** The value of `olderThan` of a gateway that is known to list rules. */
const LISTS_RULES = 17

/** 19 began to tell times to live; 16 keeps the request that created a topic, word for word, among the arguments. */
const olderThan = (args: string, tellsTimeToLive: boolean): number | undefined => {
  if (tellsTimeToLive) return undefined
  return /(^|&)Attributes\.entry\.\d+\.key=/.test(args) ? LISTS_RULES : 19
}

/**
 * `verify-ssl=false&cloudevents=true`, unencoded. 16 keeps the endpoint, opaque data and the raw form beside, whose own
 * `&` would be read as the end of an attribute: they are known from elsewhere and taken out first.
 */
const parseArgs = (args: string, address = '', opaqueData = ''): [name: string, value: string][] => {
  const known = [`push-endpoint=${address}`, `OpaqueData=${opaqueData}`, `.value=${address}`, `.value=${opaqueData}`]
  const rest = known.reduce((text, one) => (one.endsWith('=') ? text : text.replaceAll(one, '')), args)
  const parts = rest.split('&').filter((part) => part.includes('=') && !part.startsWith('Attributes.entry.'))
  return parts.map((part) => {
    const end = part.indexOf('=')
    return [part.slice(0, end), part.slice(end + 1)]
  })
}
