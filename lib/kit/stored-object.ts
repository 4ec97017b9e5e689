import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { CephEvent } from '../ceph/ceph-event.ts'
import { WRITTEN_BY_FUNCTION } from '../ceph/ceph-filter.ts'
import { type CephRecordView, recordOf } from '../ceph/ceph-record.ts'
import { connectionOf } from '../gateway/gateway-connection.ts'
import type { RgwConfig } from '../provisioning/provisioning-settings.ts'

/** The content of an object. */
export type StoredContent = {
  /** The content as a stream, for large objects. Read it to the end or destroy it: otherwise the connection stays open. */
  readonly body: Readable
  /** The whole body in memory. */
  bytes(): Promise<Buffer>
  readonly size: number
  readonly contentType?: string
  readonly eTag: string
  /** By name, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Where and how an object is written. */
export type PutOptions = {
  /** Default: the bucket of the event. */
  readonly bucket?: string
  readonly contentType?: string
  /** By name, without `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** The object of an event, at the gateway that RGW_ENDPOINT, RGW_ACCESS_KEY and RGW_SECRET_KEY name. */
export type ObjectAccess = {
  /**
   * Reads the object, of a bucket with versions the one of the event.
   *
   * @returns undefined where it is gone by now
   * @throws ConfigError where the environment names no gateway; the error of the SDK where the gateway does not answer
   */
  get(): Promise<StoredContent | undefined>
  /** A link that reads the object without credentials. @param expiresInSeconds default: 900 */
  url(expiresInSeconds?: number): Promise<string>
  /**
   * Writes another object, marked with the id of this event. The events of marked objects go to no function, so that a function
   * does not answer its own writes; a filter with `fromFunctions` asks for them.
   */
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<void>
}

/** The details of an object in an event, and access to the object itself. */
export type StoredRecord = CephRecordView & ObjectAccess

/** The signal that ends a request to the gateway. It is read at each request. */
type Call = { readonly signal: AbortSignal }

/**
 * Adds access to the object to its details in an event. The SDK and the settings of the gateway are read when a handler first asks.
 *
 * @param gateway read at that moment
 */
export const createObjectAccess = (gateway: () => RgwConfig): ((event: CephEvent, call: Call) => StoredRecord) => {
  let opened: Promise<Sdk> | undefined
  const sdk = (): Promise<Sdk> => {
    opened ??= loadSdk(gateway)
    // A failure is not remembered: the next call may have a configured gateway, as in a test.
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }

  return (event, call) => {
    const record = recordOf(event)
    const place = {
      Bucket: bucketOf(record),
      Key: record.key,
      ...(record.versionId !== undefined && { VersionId: record.versionId }),
    }
    return {
      ...record,
      get: async () => {
        const { client, GetObjectCommand } = await sdk()
        try {
          const found = await client.send(new GetObjectCommand(place), { abortSignal: call.signal })
          const body = found.Body as Readable // In Node.js it is one.
          return {
            body,
            bytes: async () => Buffer.concat(await body.toArray()),
            size: found.ContentLength ?? 0,
            ...(found.ContentType !== undefined && { contentType: found.ContentType }),
            eTag: (found.ETag ?? '').replaceAll('"', ''),
            metadata: found.Metadata ?? {},
          }
        } catch (error) {
          if (isGone(error)) return undefined
          throw error
        }
      },
      url: async (expiresIn = 900) => {
        const { client, GetObjectCommand, getSignedUrl } = await sdk()
        return getSignedUrl(client, new GetObjectCommand(place), { expiresIn })
      },
      put: async (Key, Body, { bucket = place.Bucket, contentType, metadata = {} } = {}) => {
        const { client, PutObjectCommand } = await sdk()
        const Metadata = { ...metadata, [WRITTEN_BY_FUNCTION]: encodeURIComponent(event.id) }
        const ContentType = contentType === undefined ? {} : { ContentType: contentType }
        await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, Metadata, ...ContentType }), {
          abortSignal: call.signal,
        })
      },
    }
  }
}

/** RGW's own notation for the bucket of a tenant. */
const bucketOf = ({ tenant, bucket }: CephRecordView): string => (tenant === undefined ? bucket : `${tenant}:${bucket}`)

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'NoSuchKey' || error.name === 'NoSuchBucket' || error.name === 'NoSuchVersion')

type Sdk = { readonly client: S3Client } & Pick<
  typeof import('@aws-sdk/client-s3'),
  'GetObjectCommand' | 'PutObjectCommand'
> &
  Pick<typeof import('@aws-sdk/s3-request-presigner'), 'getSignedUrl'>

const loadSdk = async (gateway: () => RgwConfig): Promise<Sdk> => {
  const connection = connectionOf(gateway())
  const [{ GetObjectCommand, PutObjectCommand }, { getSignedUrl }, { openS3 }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
    import('../provisioning/gateway/rgw-connection.ts'),
  ])
  return { client: openS3(connection), GetObjectCommand, PutObjectCommand, getSignedUrl }
}
