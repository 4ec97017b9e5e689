import {
  DeleteObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { hasCode } from '../../process/errors.ts'
import type { RgwRefusedError } from './refusal.ts'
import type { Exchange } from './rgw-exchange.ts'
import { childrenOf, elementAt, textAt, type XmlElement } from './xml.ts'

/** Requests about objects of our own. Every method throws RgwRefusedError or RgwUnavailableError. */
export type ObjectsClient = {
  putObject(object: NewObject, signal?: AbortSignal): Promise<void>
  /** Removes all versions and delete markers of one key. Succeeds also where there is no such object. */
  removeObject(bucket: string, key: string, signal?: AbortSignal): Promise<void>
  /** Whether the bucket keeps new objects from being removed for a while. */
  retainsObjects(bucket: string, signal?: AbortSignal): Promise<boolean>
}

export type NewObject = {
  readonly bucket: string
  readonly key: string
  /** By name, with `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

type Command = PutObjectCommand | DeleteObjectCommand | ListObjectVersionsCommand | GetObjectLockConfigurationCommand

const META = 'x-amz-meta-'
const read = (): true => true

export const createObjectsClient = (exchange: Exchange<Command>): ObjectsClient => {
  const listVersions = async (bucket: string, key: string, signal: AbortSignal | undefined): Promise<string[]> => {
    const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key })
    const read = (reply: XmlElement | undefined) => (reply?.name === 'ListVersionsResult' ? reply : undefined)
    const target = `object ${key} of bucket ${bucket}`
    const reply = await exchange({ command, operation: 'ListObjectVersions', target, read }, signal)
    const found = [...childrenOf(reply, 'Version'), ...childrenOf(reply, 'DeleteMarker')]
    return found.filter((one) => textAt(one, 'Key') === key).map((one) => textAt(one, 'VersionId') ?? 'null')
  }

  return {
    putObject: async ({ bucket, key, metadata, tags }, signal) => {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: 'tidings provision test',
        Metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.replace(META, ''), value])),
        ...(Object.keys(tags).length > 0 && { Tagging: new URLSearchParams(tags).toString() }),
      })
      const target = `object ${key} of bucket ${bucket}`
      await exchange({ command, operation: 'PutObject', target, read, write: true }, signal)
    },
    removeObject: async (bucket, key, signal) => {
      const target = `object ${key} of bucket ${bucket}`
      for (const id of await listVersions(bucket, key, signal)) {
        const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: id })
        await exchange({ command, operation: 'DeleteObject', target, read, write: true }, signal)
      }
    },
    retainsObjects: async (bucket, signal) => {
      const command = new GetObjectLockConfigurationCommand({ Bucket: bucket })
      const read = (reply: XmlElement | undefined) => (reply?.name === 'ObjectLockConfiguration' ? reply : undefined)
      try {
        const operation = 'GetObjectLockConfiguration'
        const reply = await exchange({ command, operation, target: `bucket ${bucket}`, read }, signal)
        return elementAt(reply, 'Rule', 'DefaultRetention') !== undefined
      } catch (error) {
        // A bucket without object lock is answered with an error.
        if (hasCode<RgwRefusedError>(error, 'rgw_refused')) return false
        throw error
      }
    },
  }
}
