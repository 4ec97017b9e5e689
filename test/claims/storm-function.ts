// The function of the storm. Each event has effects outside of the process: a line in a file, and writes with the fencing number.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { type CloudEvent, ceph, openstack } from 'tidings'

const { STORM_FOLDER: folder = '', STORM_BUCKET: bucket, RGW_ENDPOINT: endpoint = '' } = process.env

const database = new DatabaseSync(join(folder, 'effects.db'), { timeout: 10_000 })
const writeRow = database.prepare(
  'INSERT INTO effects VALUES (:id, :fence) ON CONFLICT (id) DO UPDATE SET fence = :fence WHERE :fence > effects.fence',
)

const s3 = new S3Client({
  endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  credentials: { accessKeyId: process.env.RGW_ACCESS_KEY ?? '', secretAccessKey: process.env.RGW_SECRET_KEY ?? '' },
})

/** The number is in the body: two bodies that are equal would have one ETag. */
const writeObject = async (id: string, fence: number): Promise<void> => {
  const object = { Bucket: bucket, Key: id }
  const written = { ...object, Body: JSON.stringify({ fence }) }
  try {
    await s3.send(new PutObjectCommand({ ...written, IfNoneMatch: '*' }))
  } catch (error) {
    if (!(error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412)) throw error
    const { Body, ETag } = await s3.send(new GetObjectCommand(object))
    const stored = JSON.parse((await Body?.transformToString()) ?? '') as { fence: number } // As written above.
    if (stored.fence >= fence) return
    await s3.send(new PutObjectCommand({ ...written, IfMatch: ETag?.replaceAll('"', '') }))
  }
}

const handle = async ({ id, subject }: Pick<CloudEvent, 'id' | 'subject'>, fence = 0): Promise<void> => {
  await delay(2)
  if (bucket !== undefined) await writeObject(id, fence)
  writeRow.run({ id, fence })
  const line = { at: Date.now(), by: String(process.pid), event: id, fence, what: 'effect', subject }
  appendFileSync(join(folder, 'effects.jsonl'), `${JSON.stringify(line)}\n`)
  await delay(2)
}

const options = { name: 'storm', concurrency: 4 }
const fromCeph = ceph(options).on('*', ({ event, fence }) => handle(event, fence))
const fromOpenstack = openstack(options).on('*', ({ event, fence }) => handle(event, fence))

type Given = { readonly body?: unknown; readonly rmqMessagesByQueue?: object }

/** Hosts get both kinds of notifications in one place, relays in two queues. */
export const handler = (event: Given, context: object): Promise<unknown> => {
  const [queue] = Object.keys(event.rmqMessagesByQueue ?? {})
  const isOfCeph = queue?.startsWith('storm-ceph') ?? String(event.body).startsWith('{"Records"')
  return isOfCeph ? fromCeph(event, context) : fromOpenstack(event, context)
}
