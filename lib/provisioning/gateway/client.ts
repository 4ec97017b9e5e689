import type { ListBucketsCommand } from '@aws-sdk/client-s3'
import type { ListTopicsCommand } from '@aws-sdk/client-sns'
import { type BucketsClient, createBucketsClient } from './buckets-client.ts'
import { openClients, type RgwConnection } from './connection.ts'
import { createExchange, type OnRequest } from './send.ts'
import { createTopicsClient, type TopicsClient } from './topics-client.ts'

/** A gateway, in its own words. */
export type Rgw = TopicsClient & BucketsClient & { close(): void }

/** @param onRequest called with each request, and whether it changes something */
export const createRgw = (connection: RgwConnection, onRequest: OnRequest = () => {}): Rgw => {
  const { s3, sns } = openClients(connection)
  return {
    ...createTopicsClient(
      // The SDK types one command at a time, not one of several.
      createExchange(connection, onRequest, (command, options) => sns.send(command as ListTopicsCommand, options)),
      connection.endpoint,
    ),
    ...createBucketsClient(
      createExchange(connection, onRequest, (command, options) => s3.send(command as ListBucketsCommand, options)),
      connection.endpoint,
    ),
    close: () => {
      s3.destroy()
      sns.destroy()
    },
  }
}
