import type { PublishBatchRequestEntry, SNSClient } from '@aws-sdk/client-sns'
import type { Sink } from '../core/sink.ts'
import type { AttemptOptions } from './attempts.ts'
import { type Arn, clientConfig, createBatchSink, failuresOf } from './aws-batches.ts'
import { toMessage } from './aws-message.ts'
import { loadPeer } from './load-peer.ts'
import type { Parameters } from './sink-parameters.ts'

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const MAX_BYTES = 262_144

/** Publishes each event to a topic of SNS. */
export const createSnsSink = (url: URL, arn: Arn, parameters: Parameters<'arn:'>, options: AttemptOptions): Sink => {
  const load = () => loadPeer<typeof import('@aws-sdk/client-sns')>('@aws-sdk/client-sns', url)
  return createBatchSink<SNSClient, PublishBatchRequestEntry>(
    arn,
    {
      connect: async () => new (await load()).SNSClient(clientConfig(arn, parameters, options)),
      maxBytes: MAX_BYTES,
      toEntry: (event, Id) => {
        const { body, fields, bytes } = toMessage(arn, event, parameters.group)
        return { entry: { Id, Message: body, ...fields }, bytes }
      },
      request: async (client, entries) => {
        const { PublishBatchCommand } = await load()
        const command = new PublishBatchCommand({ TopicArn: arn.arn, PublishBatchRequestEntries: [...entries] })
        return failuresOf((await client.send(command)).Failed)
      },
    },
    options,
  )
}
