import { CreateTopicCommand, DeleteTopicCommand, ListTopicsCommand } from '@aws-sdk/client-sns'
import { createRedact } from '../../process/secrets.ts'
import { topicNameIn } from '../document/provisioning-arn.ts'
import { parseTopicPage, type Topic } from '../plan/topic.ts'
import { endless, notAGateway } from './gateway-refusal.ts'
import { allItems } from './paging.ts'
import type { Exchange } from './send.ts'
import { textAt } from './xml.ts'

/** What a gateway is asked about topics. Every method throws RgwRefusedError or RgwUnavailableError. */
export type TopicsClient = {
  /** All that the user may see, before 19 those of every user of its tenant. */
  listTopics(signal?: AbortSignal): Promise<readonly Topic[]>
  /**
   * Creates a topic, or replaces all its attributes: those not given return to their defaults. Gives the ARN. This is
   * how topics are updated too, since every release knows it; SetTopicAttributes came with 19, takes one attribute a
   * call, so that a failure leaves a mixture, and edits some of them by searching in text.
   */
  createTopic(name: string, attributes: ReadonlyMap<string, string>, signal?: AbortSignal): Promise<string>
  /** Of no topic: succeeds. */
  deleteTopic(arn: string, signal?: AbortSignal): Promise<void>
}

const SECRET_NAMES = ['push-endpoint', 'OpaqueData', 'user-name', 'password', 'ssl-key-password']

type Command = ListTopicsCommand | CreateTopicCommand | DeleteTopicCommand

export const createTopicsClient = (exchange: Exchange<Command>, endpoint: URL): TopicsClient => ({
  listTopics: (signal) =>
    allItems(
      async (token) => {
        const command = new ListTopicsCommand(token === undefined ? {} : { NextToken: token })
        const reply = await exchange({ command, operation: 'ListTopics', target: 'all topics' }, signal)
        const page = parseTopicPage(reply)
        if (page === undefined) throw notAGateway('ListTopics', endpoint)
        return page
      },
      (limit) => endless('ListTopics', endpoint, limit),
    ),
  createTopic: async (name, attributes, signal) => {
    const command = new CreateTopicCommand({ Name: name, Attributes: Object.fromEntries(attributes) })
    const suspects =
      'likely an endpoint with a password that came without TLS, or a setting that this release reads otherwise ' +
      `(sent: ${[...attributes.keys()].join(', ')})`
    const redact = createRedact(SECRET_NAMES.flatMap((name) => attributes.get(name) ?? []))
    const question = { command, operation: 'CreateTopic', target: `topic ${name}`, suspects, redact, write: true }
    const reply = await exchange(question, signal)
    const arn = textAt(reply, 'CreateTopicResult', 'TopicArn')
    if (arn === undefined) throw notAGateway('CreateTopic', endpoint)
    return arn
  },
  deleteTopic: async (arn, signal) => {
    const command = new DeleteTopicCommand({ TopicArn: arn })
    const target = `topic ${topicNameIn(arn)}`
    await exchange({ command, operation: 'DeleteTopic', target, write: true }, signal)
  },
})
