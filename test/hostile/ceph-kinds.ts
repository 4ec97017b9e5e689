import { ceph } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { type WireRecord, wireRecord } from '../ceph/ceph-records.ts'
import { settings, throughEveryDoor } from './doors.ts'
import type { Kinds } from './growth.ts'

const KIB = 1024
/** A quarter of the largest body at each scale. */
const room = (scale: number): number => scale * 250 * KIB

const list = (item: string, scale: number): string =>
  Array(Math.floor(room(scale) / (item.length + 1)))
    .fill(item)
    .join()
const records = (item: string) => (scale: number) => Buffer.from(`{"Records":[${list(item, scale)}]}`)

/** A record one of whose fields is as large as the scale asks for. */
const recordWith = (change: (record: WireRecord, scale: number) => object) => (scale: number) => {
  const record = wireRecord('k')
  return Buffer.from(JSON.stringify({ Records: [{ ...record, ...change(record, scale) }] }))
}
const objectWith = (fields: (scale: number) => object) =>
  recordWith(({ s3 }, scale) => ({ s3: { ...s3, object: { ...s3.object, ...fields(scale) } } }))

const repeated = <Item>(item: Item, scale: number): Item[] =>
  Array(Math.floor(room(scale) / (JSON.stringify(item).length + 1))).fill(item)

export const kinds: Kinds = throughEveryDoor(
  // Its context has the whole view of the record.
  ceph({ config: readConfig(settings) }).otherwise(() => {}),
  {
    'numbers for records': records('1'),
    'empty objects for records': records('{}'),
    'records of nulls': records('{"eventName":null,"s3":{"bucket":null,"object":{"key":null}}}'),
    'test events': records('{"Event":"s3:TestEvent"}'),
    'records that lack one field': records(JSON.stringify({ ...wireRecord('k'), eventSource: undefined })),
    'records in good order': records(JSON.stringify(wireRecord('k'))),
    'nested lists': (scale) => Buffer.from(`{"Records":${'['.repeat(room(scale))}`),
    'a long key': objectWith((scale) => ({ key: 'k'.repeat(room(scale)) })),
    'a long key of percent signs': recordWith(({ s3 }, scale) => ({
      eventSource: 'minio:s3',
      s3: { ...s3, object: { ...s3.object, key: '%25+'.repeat(room(scale) / 4) } },
    })),
    'a long date of digits': recordWith((_, scale) => ({
      eventTime: `2026-11-21T20:17:37.${'1'.repeat(room(scale))}`,
    })),
    'a long name of an event': recordWith((_, scale) => ({ eventName: ':'.repeat(room(scale)) })),
    'a long ARN': recordWith(({ s3 }, scale) => ({
      s3: { ...s3, bucket: { name: 'b', arn: ':'.repeat(room(scale)) } },
    })),
    'one tag with many values': objectWith((scale) => ({ tags: repeated({ key: 'k', val: '' }, scale) })),
    'much metadata': objectWith((scale) => ({ metadata: repeated({ key: 'x-amz-meta-k', val: '' }, scale) })),
    'many headers in metadata': objectWith((scale) => ({ metadata: repeated({ key: 'x-amz-date', val: '' }, scale) })),
    'many metadata entries that do not fit': objectWith((scale) => ({ metadata: repeated(1, scale) })),
    'no ids, and a long body': recordWith((_, scale) => ({ responseElements: {}, x: 'x'.repeat(room(scale)) })),
    'quotes and backslashes that are not JSON': (scale) => Buffer.from('\\"'.repeat(room(scale) / 2)),
  },
)
