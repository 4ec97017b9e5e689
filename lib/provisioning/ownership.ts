import { crypto } from '../process/secrets.ts'
import { bucketKey } from './document/desired-checks.ts'
import type { DesiredDocument } from './document/desired-schema.ts'
import { RECORD_PREFIX } from './document/topic.ts'
import type { Rgw } from './gateway/rgw-client.ts'
import type { Topic } from './gateway/topics.ts'

/**
 * The topics and rules that each custom resource names, one record a resource. A resource removes only what its own record names
 * and no other record does.
 *
 * A record is a topic without an endpoint, since a topic is the only thing that every release keeps for us. Its name is made of
 * the stack and the logical id; its opaque data has the hashes of what the resource names. Each resource writes only its own
 * record, so that resources created at the same time do not overwrite each other's.
 */
export type Claims = {
  /** Whether the record of this resource named a thing when it was read, and no other record did. */
  readonly isOurs: IsClaimed
  /** Adds names to the record of this resource. */
  add(names: Names): Promise<void>
  /** Replaces the names in the record. Without any the record is removed. */
  replace(names: Names): Promise<void>
  /** Makes the record what it was when it was read. */
  restore(): Promise<void>
}

export type Names = Pick<DesiredDocument, 'topics' | 'buckets'>
export type IsClaimed = (thing: Thing) => boolean
export type Thing =
  | { readonly kind: 'topic'; readonly name: string }
  | { readonly kind: 'rule'; readonly bucket: string; readonly id: string }

const SEPARATOR = '.'
const HASH_DIGITS = 16

export const readClaims = async (rgw: Rgw, resource: string, signal: AbortSignal | undefined): Promise<Claims> => {
  const name = `${RECORD_PREFIX}${hash(resource)}`
  const records = (await rgw.listTopics(signal)).filter((topic) => topic.name.startsWith(RECORD_PREFIX))
  const before = hashesIn(records.filter((record) => record.name === name))
  const others = hashesIn(records.filter((record) => record.name !== name))
  let written = before

  const write = async (hashes: ReadonlySet<string>): Promise<void> => {
    if (hashes.size === written.size && [...hashes].every((one) => written.has(one))) return
    if (hashes.size > 0) await rgw.createTopic(name, new Map([['OpaqueData', [...hashes].join(SEPARATOR)]]), signal)
    else await remove()
    written = hashes
  }
  const remove = async (): Promise<void> => {
    const record = (await rgw.listTopics(signal)).find((topic) => topic.name === name)
    if (record !== undefined) await rgw.deleteTopic(record.arn, signal)
  }

  return {
    isOurs: (thing) => before.has(hashOf(thing)) && !others.has(hashOf(thing)),
    add: (names) => write(new Set([...written, ...hashesOf(names)])),
    replace: (names) => write(hashesOf(names)),
    restore: () => write(before),
  }
}

const hashesIn = (records: readonly Topic[]): ReadonlySet<string> =>
  new Set(records.flatMap(({ attributes }) => attributes.get('OpaqueData')?.split(SEPARATOR) ?? []))

const hashesOf = ({ topics = [], buckets = [] }: Names): Set<string> =>
  new Set(
    [
      ...topics.filter(({ existing }) => !existing).map(({ name }): Thing => ({ kind: 'topic', name })),
      ...buckets.flatMap((bucket) =>
        (bucket.rules ?? []).map(({ id }): Thing => ({ kind: 'rule', bucket: bucketKey(bucket), id })),
      ),
    ].map(hashOf),
  )

const hashOf = (thing: Thing): string =>
  hash(JSON.stringify(thing.kind === 'topic' ? ['topic', thing.name] : ['rule', thing.bucket, thing.id]))

const hash = (text: string): string => crypto().hash('sha256', text, 'hex').slice(0, HASH_DIGITS)
