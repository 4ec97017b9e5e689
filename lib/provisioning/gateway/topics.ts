import { CreateTopicCommand, DeleteTopicCommand, ListTopicsCommand } from '@aws-sdk/client-sns'
import { createRedact } from '../../process/secrets.ts'
import { topicNameIn } from '../document/topic-arn.ts'
import { endless } from './refusal.ts'
import { allItems, type Exchange, type Page } from './rgw-exchange.ts'
import { childrenOf, elementAt, textAt, type XmlElement } from './xml.ts'

/** Requests about topics. Every method throws RgwRefusedError or RgwUnavailableError. */
export type TopicsClient = {
  /** All that the user may list; before 19 those of every user of its tenant. */
  listTopics(signal?: AbortSignal): Promise<readonly Topic[]>
  /**
   * Creates a topic, or replaces all its attributes: those not given return to their defaults. Gives the ARN. This is
   * how topics are updated too, since every release knows it; SetTopicAttributes came with 19, takes one attribute a
   * call, so that a failure leaves a mixture, and edits some of them by searching in text.
   */
  createTopic(name: string, attributes: ReadonlyMap<string, string>, signal?: AbortSignal): Promise<string>
  /** Succeeds also where the topic does not exist. */
  deleteTopic(arn: string, signal?: AbortSignal): Promise<void>
}

const isAnswered = (): true => true

const SECRET_NAMES = ['push-endpoint', 'OpaqueData', 'user-name', 'password', 'ssl-key-password']

type Command = ListTopicsCommand | CreateTopicCommand | DeleteTopicCommand

export const createTopicsClient = (exchange: Exchange<Command>, endpoint: URL): TopicsClient => ({
  listTopics: (signal) =>
    allItems(
      (token) => {
        const command = new ListTopicsCommand(token === undefined ? {} : { NextToken: token })
        return exchange({ command, operation: 'ListTopics', read: parseTopicPage }, signal)
      },
      (limit) => endless('ListTopics', endpoint, limit),
    ),
  createTopic: async (name, attributes, signal) => {
    const command = new CreateTopicCommand({ Name: name, Attributes: Object.fromEntries(attributes) })
    const suspects =
      `the gateway does not accept one of the attributes ${[...attributes.keys()].join(', ')}: likely a password that was ` +
      `sent without TLS${name.includes('.') ? ', or the dot in the name, which Ceph 19 and later do not take' : ''}`
    const redact = createRedact(SECRET_NAMES.flatMap((name) => attributes.get(name) ?? []))
    const read = (reply: XmlElement | undefined) => textAt(reply, 'CreateTopicResult', 'TopicArn')
    const target = `topic ${name}`
    return exchange({ command, operation: 'CreateTopic', target, suspects, redact, read, write: true }, signal)
  },
  deleteTopic: async (arn, signal) => {
    const command = new DeleteTopicCommand({ TopicArn: arn })
    const target = `topic ${topicNameIn(arn)}`
    await exchange({ command, operation: 'DeleteTopic', target, read: isAnswered, write: true }, signal)
  },
})

/** A topic of the gateway. */
export type Topic = {
  readonly name: string
  readonly arn: string
  /** By their wire names, only those that are set. Unknown ones that were sent stay among them. */
  readonly attributes: ReadonlyMap<string, string>
  /**
   * The ids of all rules that are bound to it, whoever owns their buckets; rules of one id are one here. Absent where the
   * gateway does not tell.
   */
  readonly ruleIds?: readonly string[]
  /** The gateway is older than this release of Ceph, as far as the way it tells about a topic shows. */
  readonly olderThan: number | undefined
}

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

const parseTopic = (member: XmlElement): Topic => {
  const endPoint = elementAt(member, 'EndPoint')
  const args = textAt(endPoint, 'EndpointArgs') ?? ''
  const fields = {
    'push-endpoint': textAt(endPoint, 'EndpointAddress'),
    OpaqueData: textAt(member, 'OpaqueData'),
    persistent: textAt(endPoint, 'Persistent')?.toLowerCase(),
    time_to_live: textAt(endPoint, 'TimeToLive'),
    max_retries: textAt(endPoint, 'MaxRetries'),
    retry_sleep_duration: textAt(endPoint, 'RetrySleepDuration'),
    Policy: textAt(member, 'Policy'),
  }
  // A gateway keeps settings that it does not know among the arguments, so missing fields are looked for there.
  const told = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const attributes = new Map([...parseArgs(args, fields['push-endpoint'], fields.OpaqueData), ...told])
  return {
    name: textAt(member, 'Name') ?? '',
    arn: textAt(member, 'TopicArn') ?? '',
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
