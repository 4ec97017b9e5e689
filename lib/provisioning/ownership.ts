import { crypto } from '../process/crypto.ts'
import type { DesiredDocument } from './document/desired-schema.ts'
import { RECORD_PREFIX } from './document/topic-arn.ts'
import type { Rgw } from './gateway/rgw-client.ts'

/**
 * What custom resources name, one record for each resource, so that a resource that goes leaves what another one names.
 *
 * A record is a topic without an endpoint, since the gateway keeps nothing else for us in every release: its name is of
 * the stack and the logical id, its opaque data the hashes of what the resource names. Each resource writes its own record only, so
 * resources that are made at the same time do not overwrite each other's.
 */
export type Claims = {
  /** In place of what this resource named before. */
  write(document: Names): Promise<void>
  /** Whether a resource other than this one names it. */
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
  ...buckets.flatMap(({ name, rules = [] }) => rules.map(({ id }): Thing => ({ kind: 'rule', bucket: name, id }))),
]

const hashOf = (thing: Thing): string =>
  hash(JSON.stringify(thing.kind === 'topic' ? ['topic', thing.name] : ['rule', thing.bucket, thing.id]))

const hash = (text: string): string => crypto().hash('sha256', text, 'hex').slice(0, HASH_DIGITS)
