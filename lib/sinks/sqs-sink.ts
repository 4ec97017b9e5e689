import type { SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs'
import type { Sink } from '../core/sink.ts'
import type { AttemptOptions } from './attempts.ts'
import { type Arn, clientConfig, createBatchSink, failuresOf } from './aws-batches.ts'
import { toMessage } from './aws-message.ts'
import { loadPeer } from './load-peer.ts'
import type { Parameters } from './sink-parameters.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_BYTES = 1_048_576

/** Sends each event as a message to a queue of SQS. */
export const createSqsSink = (url: URL, arn: Arn, parameters: Parameters<'arn:'>, options: AttemptOptions): Sink => {
  const load = () => loadPeer<typeof import('@aws-sdk/client-sqs')>('@aws-sdk/client-sqs', url)
  return createBatchSink<SQSClient, SendMessageBatchRequestEntry>(
    arn,
    {
      connect: async () => new (await load()).SQSClient(clientConfig(arn, parameters, options)),
      maxBytes: MAX_BYTES,
      toEntry: (event, Id) => {
        const { body, fields, bytes } = toMessage(arn, event, parameters.group)
        return { entry: { Id, MessageBody: body, ...fields }, bytes }
      },
      request: async (client, entries) => {
        const { SendMessageBatchCommand } = await load()
        const command = new SendMessageBatchCommand({ QueueUrl: queueUrl(arn, parameters), Entries: [...entries] })
        return failuresOf((await client.send(command)).Failed)
      },
    },
    options,
  )
}

const queueUrl = ({ partition, region, account, resource }: Arn, { endpoint }: Parameters<'arn:'>): string => {
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(`/${account}/${resource}`, endpoint ?? `https://sqs.${region}.${domain}`).href
}
