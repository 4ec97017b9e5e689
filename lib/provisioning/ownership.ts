import { crypto } from '../process/secrets.ts'
import { bucketKey } from './document/desired-checks.ts'
import type { DesiredDocument } from './document/desired-schema.ts'
import { RECORD_PREFIX } from './document/topic.ts'
import type { Rgw } from './gateway/rgw-client.ts'

/**
 * The topics and rules that each custom resource names, one record a resource, so that a resource that is deleted leaves what
 * another one names.
 *
 * A record is a topic without an endpoint, since a topic is the only thing that every release keeps for us. Its name is made of
 * the stack and the logical id; its opaque data has the hashes of what the resource names. Each resource writes only its own
 * record, so that resources created at the same time do not overwrite each other's.
 */
export type Claims = {
  /** Replaces the record of this resource. */
  write(document: Names): Promise<void>
  /** Tells what resources other than this one name. */
  readOthers(): Promise<IsClaimed>
  remove(): Promise<void>
}

export type Names = Pick<DesiredDocument, 'topics' | 'buckets'>
export type IsClaimed = (thing: Thing) => boolean
export type Thing =
  | { readonly kind: 'topic'; readonly name: string }
  | { readonly kind: 'rule'; readonly bucket: string; readonly id: string }

const SEPARATOR = '.'
const HASH_DIGITS = 16

export const createClaims = (rgw: Rgw, resource: string, signal: AbortSignal | undefined): Claims => {
  const name = `${RECORD_PREFIX}${hash(resource)}`
  const remove = async (): Promise<void> => {
    const record = (await rgw.listTopics(signal)).find((topic) => topic.name === name)
    if (record !== undefined) await rgw.deleteTopic(record.arn, signal)
  }

  return {
    write: async (document) => {
      const hashes = thingsIn(document).map(hashOf)
      if (hashes.length === 0) return remove()
      await rgw.createTopic(name, new Map([['OpaqueData', hashes.join(SEPARATOR)]]), signal)
    },
    readOthers: async () => {
      const records = (await rgw.listTopics(signal)).filter((topic) => topic.name.startsWith(RECORD_PREFIX))
      const others = records.filter((record) => record.name !== name)
      const hashes = new Set(others.flatMap(({ attributes }) => attributes.get('OpaqueData')?.split(SEPARATOR) ?? []))
      return (thing) => hashes.has(hashOf(thing))
    },
    remove,
  }
}

const thingsIn = ({ topics = [], buckets = [] }: Names): Thing[] => [
  ...topics.filter(({ existing }) => !existing).map(({ name }): Thing => ({ kind: 'topic', name })),
  ...buckets.flatMap((bucket) =>
    (bucket.rules ?? []).map(({ id }): Thing => ({ kind: 'rule', bucket: bucketKey(bucket), id })),
  ),
]

const hashOf = (thing: Thing): string =>
  hash(JSON.stringify(thing.kind === 'topic' ? ['topic', thing.name] : ['rule', thing.bucket, thing.id]))

const hash = (text: string): string => crypto().hash('sha256', text, 'hex').slice(0, HASH_DIGITS)
