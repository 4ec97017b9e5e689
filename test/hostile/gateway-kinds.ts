import { parseNotification } from '../../lib/provisioning/gateway/buckets.ts'
import { parseTopicAttributes, parseTopicPage } from '../../lib/provisioning/gateway/topic-replies.ts'
import { parseXml } from '../../lib/provisioning/gateway/xml.ts'
import type { Kind, Kinds } from './growth.ts'

const KIB = 1024

const run: Kind['run'] = (body) => {
  const root = parseXml(body.toString())
  return [parseTopicPage(root), parseTopicAttributes(root), parseNotification(root)]
}

const repeated = (text: string, start = '', end = ''): Kind => ({
  make: (scale) => Buffer.from(`${start}${text.repeat((scale * 255 * KIB) / text.length)}${end}`),
  run,
})

const page = (fields: string) =>
  repeated(
    `<member><Name>t</Name>${fields}</member>`,
    '<ListTopicsResponse><ListTopicsResult><Topics>',
    '</Topics></ListTopicsResult></ListTopicsResponse>',
  )

/** Answers of something that stands where the gateway should. */
export const kinds: Kinds = {
  'opening brackets': repeated('<'),
  'tags that do not end': repeated('<a '),
  'elements in each other': repeated('<a>'),
  'empty elements': repeated('<a/>', '<a>', '</a>'),
  'declarations that do not end': repeated('<?'),
  ampersands: repeated('&', '<a>', '</a>'),
  'references that do not end': repeated('&#x1', '<a>', '</a>'),
  'references that name no character': repeated('&#x110000;', '<a>', '</a>'),
  'topics with the ARN of another one': page(`<TopicArn>${'a'.repeat(200)}</TopicArn>`),
  'topics with arguments': page(
    `<TopicArn>t</TopicArn><EndPoint><EndpointArgs>${'persistent=true&amp;'.repeat(20)}</EndpointArgs></EndPoint>`,
  ),
  'arguments of one topic': repeated(
    'Attributes.entry.1.key=push-endpoint&amp;',
    '<ListTopicsResponse><ListTopicsResult><Topics><member><Name>t</Name><TopicArn>t</TopicArn><EndPoint><EndpointArgs>',
    '</EndpointArgs></EndPoint></member></Topics></ListTopicsResult></ListTopicsResponse>',
  ),
  rules: repeated(
    `<TopicConfiguration><Id>i</Id><Filter><S3Key/></Filter><Event>${'e'.repeat(200)}</Event></TopicConfiguration>`,
    '<NotificationConfiguration>',
    '</NotificationConfiguration>',
  ),
}
