import type { ListBucketsCommand } from '@aws-sdk/client-s3'
import { type ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import type { RgwConnection } from '../../gateway/gateway-connection.ts'
import { type BucketsClient, createBucketsClient } from './buckets.ts'
import { createObjectsClient, type ObjectsClient } from './objects.ts'
import { clientOptions, openS3 } from './rgw-connection.ts'
import { createExchange, type OnRequest } from './rgw-exchange.ts'
import { createTopicsClient, type TopicsClient } from './topics.ts'

/** The API of a gateway. */
export type Rgw = TopicsClient & BucketsClient & ObjectsClient & { close(): void }

/** @param onRequest called with each request, and whether it changes something */
export const createRgw = (connection: RgwConnection, onRequest: OnRequest = () => {}): Rgw => {
  const { s3, sns } = openClients(connection)
  // The SDK types one command at a time, not one of several.
  const sendS3 = (command: object, options: object) => s3.send(command as ListBucketsCommand, options)
  return {
    ...createTopicsClient(
      createExchange(connection, onRequest, (command, options) => sns.send(command as ListTopicsCommand, options)),
      connection.endpoint,
    ),
    ...createBucketsClient(createExchange(connection, onRequest, sendS3), connection.endpoint),
    ...createObjectsClient(createExchange(connection, onRequest, sendS3)),
    close: () => {
      s3.destroy()
      sns.destroy()
    },
  }
}

export const openClients = (connection: RgwConnection) => ({
  s3: openS3(connection),
  sns: new SNSClient(clientOptions(connection)),
})
