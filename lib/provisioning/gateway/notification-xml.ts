import { topicNameIn } from '../document/provisioning-arn.ts'
import { wireEvent } from '../document/provisioning-events.ts'
import { type BoundRule, type Filter, normalEvents, type Pairs, pairs } from '../plan/rule.ts'
import { childrenOf, elementAt, textAt, type XmlElement, xml } from './xml.ts'

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

/** The rules in a reply, or undefined if it is none. */
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
