import type { EventBridgeClient, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type { Sink } from '../core/sink.ts'
import type { AttemptOptions } from './attempts.ts'
import { type Arn, clientConfig, createBatchSink } from './aws-batches.ts'
import { messageOf } from './aws-message.ts'
import { loadPeer } from './load-peer.ts'
import type { Parameters } from './sink-parameters.ts'

/**
 * Since January 2026: https://aws.amazon.com/blogs/compute/more-room-to-build-serverless-services-now-support-payloads-up-to-1-mb.
 * How an entry is counted: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-event-size
 */
const MAX_BYTES = 1_048_576
const TIME_BYTES = 14
const MAX_SOURCE = 256
const MAX_DETAIL_TYPE = 128

type Entry = { readonly id: string; readonly put: PutEventsRequestEntry }

/** Puts each event on a bus of EventBridge: its source and type beside it, the whole event as the detail. */
export const createEventBridgeSink = (
  url: URL,
  arn: Arn,
  parameters: Parameters<'arn:'>,
  options: AttemptOptions,
): Sink => {
  const load = () => loadPeer<typeof import('@aws-sdk/client-eventbridge')>('@aws-sdk/client-eventbridge', url)
  return createBatchSink<EventBridgeClient, Entry>(
    arn,
    {
      connect: async () => new (await load()).EventBridgeClient(clientConfig(arn, parameters, options)),
      maxBytes: MAX_BYTES,
      toEntry: (event, id) => {
        const Detail = messageOf(event)
        const Source = event.source.slice(0, MAX_SOURCE)
        const DetailType = event.type.slice(0, MAX_DETAIL_TYPE)
        const Time = event.time === undefined ? {} : { Time: new Date(event.time) }
        return {
          entry: { id, put: { EventBusName: arn.arn, Source, DetailType, Detail, ...Time } },
          bytes: Buffer.byteLength(Detail + Source + DetailType) + TIME_BYTES,
        }
      },
      request: async (client, entries) => {
        const { PutEventsCommand } = await load()
        const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: entries.map(({ put }) => put) }))
        return new Map(
          entries.flatMap(({ id }, index) => {
            const code = Entries[index]?.ErrorCode
            return code === undefined ? [] : [[id, { code, isOwnFault: !PASSING.test(code) }] as const]
          }),
        )
      },
    },
    options,
  )
}

const PASSING = /^(InternalFailure|InternalException|ThrottlingException|ServiceUnavailable)/
