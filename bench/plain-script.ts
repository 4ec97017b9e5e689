// The calls of a plain script: CreateTopic for every topic and PutBucketNotificationConfiguration for every bucket, again each time,
// one after the other, with the SDK as it comes.
import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import type { DesiredDocument } from '../lib/provisioning/document/desired-schema.ts'

type Gateway = { readonly endpoint: string; readonly accessKey: string; readonly secretKey: string }

/** Resolves to the number of requests. */
export const sendEverything = async (
  { endpoint, accessKey, secretKey }: Gateway,
  { topics = [], buckets = [] }: DesiredDocument,
): Promise<number> => {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
  const config = { endpoint, region: 'us-east-1', credentials }
  const [sns, s3] = [new SNSClient(config), new S3Client({ ...config, forcePathStyle: true })]
  const arns = new Map<string, string | undefined>()
  for (const { name, endpoint = '' } of topics) {
    const Attributes = { 'push-endpoint': endpoint }
    arns.set(name, (await sns.send(new CreateTopicCommand({ Name: name, Attributes }))).TopicArn)
  }
  for (const { name: Bucket, rules = [] } of buckets) {
    const TopicConfigurations = rules.map(({ id, topic }) => ({
      Id: id,
      TopicArn: arns.get(topic),
      Events: ['s3:ObjectCreated:*' as const, 's3:ObjectRemoved:*' as const],
    }))
    const NotificationConfiguration = { TopicConfigurations }
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }))
  }
  sns.destroy()
  s3.destroy()
  return topics.length + buckets.length
}
