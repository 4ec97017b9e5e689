import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3'
import { hasCode } from '../../process/errors.ts'
import { type BoundRule, type Filter, normalEvents, type Pairs, pairs, wireEvent } from '../document/rule.ts'
import { topicNameIn } from '../document/topic.ts'
import { endless, type RgwRefusedError } from './refusal.ts'
import { allItems, type Exchange } from './rgw-exchange.ts'
import { childrenOf, elementAt, textAt, type XmlElement, xml } from './xml.ts'

/** Requests about buckets. Every method throws RgwRefusedError or RgwUnavailableError. */
export type BucketsClient = {
  /** The buckets of the user. */
  listBuckets(signal?: AbortSignal): Promise<readonly string[]>
  /** The id of the user: `tenant$user` or `user`. */
  readOwner(signal?: AbortSignal): Promise<string>
  /** The tags of a bucket. */
  readTags(bucket: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>>
  createBucket(bucket: NewBucket, signal?: AbortSignal): Promise<void>
  /** Undefined where the bucket does not exist. */
  readRules(bucket: string, signal?: AbortSignal): Promise<readonly BoundRule[] | undefined>
  /** Replaces the rules with the same id and topic, adds the others; those that are not given stay, unlike on AWS. */
  putRules(bucket: string, rules: readonly BoundRule[], signal?: AbortSignal): Promise<void>
  /** Removes one rule with this id, even if several rules of different topics have it. Succeeds also if there is no such rule. */
  deleteRule(bucket: string, id: string, signal?: AbortSignal): Promise<void>
}

export type NewBucket = {
  readonly name: string
  readonly objectLock?: boolean
  readonly placement?: string | undefined
}

type Command =
  | ListBucketsCommand
  | CreateBucketCommand
  | GetBucketNotificationConfigurationCommand
  | GetBucketTaggingCommand
  | PutBucketNotificationConfigurationCommand

export const createBucketsClient = (exchange: Exchange<Command>, endpoint: URL): BucketsClient => {
  const list = (token: string | undefined, signal: AbortSignal | undefined): Promise<XmlElement> => {
    const command = new ListBucketsCommand(token === undefined ? {} : { ContinuationToken: token })
    const read = (reply: XmlElement | undefined) => (reply?.name === 'ListAllMyBucketsResult' ? reply : undefined)
    return exchange({ command, operation: 'ListBuckets', read }, signal)
  }

  const readOwner = async (signal?: AbortSignal): Promise<string> =>
    textAt(await list(undefined, signal), 'Owner', 'ID') ?? ''

  const read = (): true => true

  return {
    listBuckets: (signal) =>
      allItems(
        async (token) => {
          const reply = await list(token, signal)
          return {
            items: childrenOf(elementAt(reply, 'Buckets'), 'Bucket').map((bucket) => textAt(bucket, 'Name') ?? ''),
            nextToken: textAt(reply, 'ContinuationToken') || undefined,
          }
        },
        (limit) => endless('ListBuckets', endpoint, limit),
      ),
    readOwner,
    readTags: async (bucket, signal) => {
      const command = new GetBucketTaggingCommand({ Bucket: bucket })
      const read = (reply: XmlElement | undefined) => (reply?.name === 'Tagging' ? reply : undefined)
      try {
        const reply = await exchange(
          { command, operation: 'GetBucketTagging', target: `bucket ${bucket}`, read },
          signal,
        )
        const tags = childrenOf(elementAt(reply, 'TagSet'), 'Tag')
        return new Map(tags.map((tag) => [textAt(tag, 'Key') ?? '', textAt(tag, 'Value') ?? '']))
      } catch (error) {
        if (isRefused(error, 'NoSuchTagSet', 'NoSuchTagSetError', 'NoSuchBucket')) return new Map()
        throw error
      }
    },
    createBucket: async ({ name, objectLock = false, placement }, signal) => {
      // The SDK knows the regions of AWS only.
      const LocationConstraint = placement as BucketLocationConstraint | undefined
      const command = new CreateBucketCommand({
        Bucket: name,
        ...(objectLock && { ObjectLockEnabledForBucket: true }),
        ...(LocationConstraint !== undefined && { CreateBucketConfiguration: { LocationConstraint } }),
      })
      const suspects =
        placement === undefined
          ? 'likely a name that RGW does not accept: use 3 to 63 lower-case letters, digits, dots and dashes'
          : `likely a placement that the zone group does not have: check ${placement}`
      await exchange(
        { command, operation: 'CreateBucket', target: `bucket ${name}`, suspects, read, write: true },
        signal,
      )
    },
    readRules: async (bucket, signal) => {
      const operation = 'GetBucketNotificationConfiguration'
      const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket })
      try {
        return await exchange({ command, operation, target: `bucket ${bucket}`, read: parseNotification }, signal)
      } catch (error) {
        if (isRefused(error, 'NoSuchBucket')) return undefined
        throw error
      }
    },
    putRules: async (bucket, rules, signal) => {
      const operation = 'PutBucketNotificationConfiguration'
      const events = [...new Set(rules.flatMap((rule) => rule.events))].join(', ')
      const suspects = `likely an event that this release does not know: use others than ${events}`
      const command = new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: {} })
      const rewrite = (request: { body: unknown }): void => {
        request.body = writeNotification(rules)
      }
      const target = `bucket ${bucket}, ${rules.map(({ id }) => `rule ${id}`).join(', ')}`
      await exchange({ command, operation, target, suspects, read, write: true, rewrite }, signal)
    },
    deleteRule: async (bucket, id, signal) => {
      const command = new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: {} })
      const operation = 'DeleteBucketNotificationConfiguration'
      // Ceph's extension to S3, which the SDK has no command for.
      const rewrite: Parameters<typeof exchange>[0]['rewrite'] = (request) => {
        request.method = 'DELETE'
        request.query = { notification: id }
        request.body = undefined
        delete request.headers['content-type']
      }
      await exchange({ command, operation, target: `bucket ${bucket}, rule ${id}`, read, write: true, rewrite }, signal)
    },
  }
}

const isRefused = (error: unknown, ...codes: readonly string[]): boolean =>
  hasCode<RgwRefusedError>(error, 'rgw_refused') && codes.includes(error.refusal.rgwCode ?? '')

/**
 * Rules as the gateway reads them. Parts of a filter without entries are left out.
 *
 * `NotificationConfiguration(TopicConfiguration(Id, Topic, Event*, Filter(S3Key(FilterRule(Name, Value)*), S3Metadata(…), S3Tags(…)))*)`
 *
 * https://docs.ceph.com/en/latest/radosgw/s3/bucketops/#create-notification
 */
export const writeNotification = (rules: readonly BoundRule[]): string =>
  xml(
    'NotificationConfiguration',
    rules.map(({ id, topicArn, events, filter }) =>
      xml('TopicConfiguration', [
        xml('Id', id),
        xml('Topic', topicArn),
        ...events.map((event) => xml('Event', wireEvent(event))),
        ...writeFilter(filter),
      ]),
    ),
  )

const writeFilter = ({ key, metadata, tags }: Filter): string[] => {
  const parts = [...writePairs('S3Key', key), ...writePairs('S3Metadata', metadata), ...writePairs('S3Tags', tags)]
  return parts.length > 0 ? [xml('Filter', parts)] : []
}

const writePairs = (name: string, entries: Pairs): string[] => {
  if (entries.length === 0) return []
  return [
    xml(
      name,
      entries.map(([name, value]) => xml('FilterRule', [xml('Name', name), xml('Value', value)])),
    ),
  ]
}

/** Reads the rules in a reply. Undefined for any other document. */
export const parseNotification = (root: XmlElement | undefined): readonly BoundRule[] | undefined => {
  if (root?.name !== 'NotificationConfiguration') return undefined
  return childrenOf(root, 'TopicConfiguration').map((configuration) => {
    const filter = elementAt(configuration, 'Filter')
    const topicArn = textAt(configuration, 'Topic') ?? ''
    return {
      id: textAt(configuration, 'Id') ?? '',
      topic: topicNameIn(topicArn),
      topicArn,
      events: normalEvents(childrenOf(configuration, 'Event').map(({ text }) => text)),
      filter: {
        key: parsePairs(filter, 'S3Key') as Filter['key'], // The gateway knows these three names only.
        metadata: parsePairs(filter, 'S3Metadata'),
        tags: parsePairs(filter, 'S3Tags'),
      },
    }
  })
}

const parsePairs = (filter: XmlElement | undefined, name: string): Pairs => {
  const rules = childrenOf(elementAt(filter, name), 'FilterRule')
  return pairs(Object.fromEntries(rules.map((rule) => [textAt(rule, 'Name') ?? '', textAt(rule, 'Value') ?? ''])))
}
