import { nearest } from '../../process/did-you-mean.ts'
import { Bucket, DesiredDocument, Filter, Rule, Topic } from './desired-schema.ts'
import { ATTRIBUTE_NAMES, attributeOf } from './topic-attributes.ts'

/** The settings of each part of a document. */
const SETTINGS = {
  document: Object.keys(DesiredDocument.shape),
  topic: Object.keys(Topic.shape),
  bucket: Object.keys(Bucket.shape),
  rule: Object.keys(Rule.shape),
  filter: Object.keys(Filter.shape),
}

type Part = keyof typeof SETTINGS

/** Names from the gateway, boto3, the S3 API and Rook, each with the name to write instead. */
const FOREIGN: Readonly<Record<Part, Readonly<Record<string, string>>>> = {
  document: { topic: 'topics', bucket: 'buckets' },
  topic: {
    topicname: 'name',
    uri: 'endpoint',
    attributes: 'the attributes themselves, such as endpoint and persistent',
    disableverifyssl: 'verifySsl: false',
    sendcloudevents: 'cloudevents',
    ...Object.fromEntries(
      ATTRIBUTE_NAMES.flatMap((name) => {
        const { wire } = attributeOf(name)
        return (typeof wire === 'string' ? [wire] : Object.values(wire)).map((foreign) => [plain(foreign), name])
      }),
    ),
  },
  bucket: {
    bucket: 'name',
    bucketname: 'name',
    notifications: 'rules',
    topicconfigurations: 'rules',
    locationconstraint: 'placement',
    pattern: 'match',
  },
  rule: { name: 'id', topicarn: 'topic', topicname: 'topic', keyfilters: 'filter', filterrules: 'filter' },
  filter: {
    key: 'prefix, suffix and regex themselves',
    s3key: 'prefix, suffix and regex themselves',
    filterrules: 'prefix, suffix and regex themselves',
    keyfilters: 'prefix, suffix and regex themselves',
    s3metadata: 'metadata',
    metadatafilters: 'metadata',
    s3tags: 'tags',
    tagfilters: 'tags',
  },
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

const partAt = (path: readonly PropertyKey[]): Part | undefined => {
  const names = path.filter((step) => typeof step !== 'number').join('.')
  const parts: Readonly<Record<string, Part>> = {
    '': 'document',
    topics: 'topic',
    buckets: 'bucket',
    'buckets.rules': 'rule',
    'buckets.rules.filter': 'filter',
  }
  return Object.hasOwn(parts, names) ? parts[names] : undefined
}

/** The setting that was probably meant by an unknown key at this path of the document. */
const meantBy = (key: string, path: readonly PropertyKey[]): string | undefined => {
  const part = partAt(path)
  if (part === undefined || key.length > 64) return undefined
  const names = SETTINGS[part]
  const foreign = FOREIGN[part]
  return (
    names.find((name) => plain(name) === plain(key)) ??
    (Object.hasOwn(foreign, plain(key)) ? foreign[plain(key)] : undefined) ??
    nearest(key, names)
  )
}

/** The setting that was probably meant, if it is a single name that can replace the key. */
export const settingMeantBy = (key: string, path: readonly PropertyKey[]): string | undefined => {
  const [meant, part] = [meantBy(key, path), partAt(path)]
  return meant !== undefined && part !== undefined && SETTINGS[part].includes(meant) ? meant : undefined
}

/** Advice on how to correct an unknown key. */
export const remedyFor = (key: string, path: readonly PropertyKey[]): string => {
  const meant = meantBy(key, path)
  if (meant !== undefined) return `write ${meant}`
  const part = partAt(path)
  const home = (['filter', 'rule', 'bucket', 'topic', 'document'] as const).find((other) =>
    SETTINGS[other].includes(key),
  )
  if (home !== undefined && home !== part) return `it belongs to a ${home}: move it there, or remove it`
  return part === undefined || part === 'topic' ? 'remove it' : `remove it, or use one of ${SETTINGS[part].join(', ')}`
}
