import * as z from 'zod/mini'
import { wireSchema } from '../process/wire-schema.ts'

/**
 * A bucket notification of Ceph RGW, 14.x to 20.x, or of a server that sends the same document. Unknown fields are accepted.
 *
 * ```json
 * {"Records":[{"eventVersion":"2.2","eventSource":"ceph:s3","awsRegion":"default",
 *   "eventTime":"2026-11-21T20:17:37.130Z","eventName":"ObjectCreated:Put", …
 *   "s3":{"bucket":{"name":"photos", …},"object":{"key":"2026/a b.jpg","size":1024, …}}, … }]}
 * ```
 *
 * Sources: https://docs.ceph.com/en/latest/radosgw/s3-notification-compatibility/ and test/fixtures/ceph. Only fields that the
 * mapping needs are required. The type of every other known field is checked if the field is there.
 */
const text = z.optional(z.string())
const nonEmpty = z.string().check(z.minLength(1, 'expected a non-empty string'))

/** RGW writes `val`; Knative's CephSource writes `value`, which is always empty. */
type WirePair = { readonly key: string; readonly val?: string | undefined; readonly value?: string | undefined }

const isPair = (value: unknown): value is WirePair =>
  isObject(value) && typeof value.key === 'string' && isTextOrAbsent(value.val) && isTextOrAbsent(value.value)
export const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string'
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One check for the whole list, because zod would explain each of 100,000 wrong items. */
const pairs = z.custom<readonly WirePair[]>(
  (value) => Array.isArray(value) && value.every(isPair),
  'expected a list of {key, val}, both texts',
)

/** A whole number. Ceph's documentation and NooBaa write it as a text. */
const bytes = z.custom<number | string>(
  (value) => (typeof value === 'number' && value >= 0) || (typeof value === 'string' && /^\d{1,16}$/.test(value)),
  'expected a number of bytes',
)
/** 16 hex digits from RGW; a number from NooBaa. */
const sequencer = z.custom<string | number>(
  (value) => typeof value === 'string' || typeof value === 'number',
  'expected a string',
)

const StoredObject = z.looseObject({
  key: nonEmpty,
  size: z.optional(bytes),
  /** 14.x and 15.x write `etag`, later releases `eTag`. */
  eTag: text,
  etag: text,
  versionId: text,
  sequencer: z.optional(sequencer),
  metadata: z.optional(pairs),
  /** MinIO and RustFS write names and values in one object, among them headers such as content-type. */
  userMetadata: z.optional(z.record(z.string(), z.unknown())),
  tags: z.optional(pairs),
})

const Bucket = z.looseObject({
  name: nonEmpty,
  id: text,
  arn: text,
  ownerIdentity: z.optional(z.looseObject({ principalId: text })),
})

/** One item of `Records`, as on the wire. Use with `z.validate`: nothing is transformed. */
export const CephRecord = wireSchema(
  z.looseObject({
    eventVersion: text,
    eventSource: nonEmpty,
    /** NooBaa omits it. */
    awsRegion: text,
    eventTime: z.string(),
    eventName: nonEmpty,
    userIdentity: z.optional(z.looseObject({ principalId: text })),
    requestParameters: z.optional(z.looseObject({ sourceIPAddress: text })),
    responseElements: z.optional(z.looseObject({ 'x-amz-request-id': text, 'x-amz-id-2': text })),
    s3: z.looseObject({ configurationId: text, bucket: Bucket, object: StoredObject }),
    eventId: text,
    opaqueData: text,
  }),
)
export type CephRecord = z.infer<typeof CephRecord>
