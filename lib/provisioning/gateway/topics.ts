import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTopicsCommand,
  SetTopicAttributesCommand,
} from '@aws-sdk/client-sns'
import { hasCode } from '../../process/errors.ts'
import { createRedact } from '../../process/secrets.ts'
import { topicNameIn } from '../document/topic.ts'
import { endless, type RgwRefusedError } from './refusal.ts'
import { allItems, type Exchange } from './rgw-exchange.ts'
import { parseTopicAttributes, parseTopicPage } from './topic-replies.ts'
import { textAt, type XmlElement } from './xml.ts'

/** Requests about topics. Every method throws RgwRefusedError or RgwUnavailableError. */
export type TopicsClient = {
  /** All that the user may list; before 19 those of every user of its tenant. */
  listTopics(signal?: AbortSignal): Promise<readonly Topic[]>
  /**
   * Creates a topic, or replaces all its attributes: those not given return to their defaults. Gives the ARN. This is
   * how topics are updated too, since every release knows it; SetTopicAttributes came with 19, takes one attribute a
   * call, so that a failure leaves a mixture, and edits some of them by searching in text. For topics of others there is no
   * other way.
   */
  createTopic(name: string, attributes: ReadonlyMap<string, string>, signal?: AbortSignal): Promise<string>
  /** Another user's topic too, where its policy allows sns:GetTopicAttributes. Undefined if no such topic exists. */
  readTopic(arn: string, signal?: AbortSignal): Promise<Topic | undefined>
  /** Sets one attribute, and keeps the others. From 19 on, where the policy allows sns:SetTopicAttributes. */
  setTopicAttribute(arn: string, name: string, value: string, signal?: AbortSignal): Promise<void>
  /** Succeeds also where the topic does not exist. */
  deleteTopic(arn: string, signal?: AbortSignal): Promise<void>
}

const isAnswered = (): true => true

const SECRET_NAMES = ['push-endpoint', 'OpaqueData', 'user-name', 'password', 'ssl-key-password']

type Command =
  | ListTopicsCommand
  | CreateTopicCommand
  | DeleteTopicCommand
  | GetTopicAttributesCommand
  | SetTopicAttributesCommand

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
  readTopic: async (arn, signal) => {
    const command = new GetTopicAttributesCommand({ TopicArn: arn })
    try {
      const target = `topic ${arn}`
      return await exchange({ command, operation: 'GetTopicAttributes', target, read: parseTopicAttributes }, signal)
    } catch (error) {
      if (hasCode<RgwRefusedError>(error, 'rgw_refused') && error.refusal.httpStatus === 404) return undefined
      throw error
    }
  },
  setTopicAttribute: async (arn, name, value, signal) => {
    const command = new SetTopicAttributesCommand({ TopicArn: arn, AttributeName: name, AttributeValue: value })
    const suspects = `the gateway does not accept this value of ${name}: likely a password that was sent without TLS`
    const redact = createRedact(SECRET_NAMES.includes(name) ? [value] : [])
    const asked = { command, operation: 'SetTopicAttributes', target: `topic ${arn}`, suspects, redact }
    await exchange({ ...asked, read: isAnswered, write: true }, signal)
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
  /** `tenant$user`, `user`, or an account; before 19 only the tenant. */
  readonly owner?: string
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
