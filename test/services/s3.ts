import { createHash } from 'node:crypto'
import { objectPath, type RgwClient, type RgwResponse } from './rgw-client.ts'
import { queryString } from './sigv4.ts'

type Headers = Record<string, string>

export function createBucket(client: RgwClient, bucket: string): Promise<RgwResponse> {
  return client.send({ method: 'PUT', path: objectPath(bucket) })
}

export function enableVersioning(client: RgwClient, bucket: string): Promise<RgwResponse> {
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  return client.send({ method: 'PUT', path: objectPath(bucket), query: { versioning: '' }, body })
}

/** Headers such as `x-amz-meta-color: blue` and `x-amz-tagging: a=1&b=2`. */
export function putObject(
  client: RgwClient,
  bucket: string,
  key: string,
  body: string | Uint8Array,
  headers: Headers = {},
): Promise<RgwResponse> {
  return client.send({ method: 'PUT', path: objectPath(bucket, key), headers, body })
}

export function copyObject(client: RgwClient, bucket: string, from: string, to: string): Promise<RgwResponse> {
  const headers = { 'x-amz-copy-source': objectPath(bucket, from) }
  return client.send({ method: 'PUT', path: objectPath(bucket, to), headers })
}

/** Every part but the last has to be 5 MiB or more. */
export async function multipartUpload(
  client: RgwClient,
  bucket: string,
  key: string,
  parts: Uint8Array[],
  headers: Headers = {},
): Promise<RgwResponse> {
  const path = objectPath(bucket, key)
  const begun = await client.send({ method: 'POST', path, query: { uploads: '' }, headers })
  const uploadId = /<UploadId>([^<]+)/.exec(begun.body)?.[1] ?? ''
  const etags: string[] = []
  for (const [index, body] of parts.entries()) {
    const sent = await client.send({ method: 'PUT', path, query: { partNumber: `${index + 1}`, uploadId }, body })
    etags.push(sent.headers.etag ?? '')
  }
  const listed = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
  const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`
  return client.send({ method: 'POST', path, query: { uploadId }, body })
}

export function deleteObject(client: RgwClient, bucket: string, key: string): Promise<RgwResponse> {
  return client.send({ method: 'DELETE', path: objectPath(bucket, key) })
}

/** Never on radosgw 16.2.15 in a bucket with notifications: it aborts. */
export function deleteObjects(client: RgwClient, bucket: string, keys: string[]): Promise<RgwResponse> {
  const body = `<Delete>${keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('')}</Delete>`
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
  return client.send({ method: 'POST', path: objectPath(bucket), query: { delete: '' }, headers, body })
}

/** The SNS query protocol. Gives the topic's ARN. Creating it again replaces all its attributes. */
export async function createTopic(
  client: RgwClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  const entries = Object.entries(attributes).flatMap(([key, value], index) => [
    [`Attributes.entry.${index + 1}.key`, key],
    [`Attributes.entry.${index + 1}.value`, value],
  ])
  const { body } = await sns(client, { Action: 'CreateTopic', Name: name, ...Object.fromEntries(entries) })
  return /<TopicArn>([^<]+)/.exec(body)?.[1] ?? ''
}

export function deleteTopic(client: RgwClient, topicArn: string): Promise<RgwResponse> {
  return sns(client, { Action: 'DeleteTopic', TopicArn: topicArn })
}

export type Rule = { id: string; topicArn: string; events?: string[] }

export function putNotification(client: RgwClient, bucket: string, rules: Rule[]): Promise<RgwResponse> {
  const listed = rules.map(({ id, topicArn, events = [] }) => {
    const names = events.map((event) => `<Event>${event}</Event>`).join('')
    return `<TopicConfiguration><Id>${escapeXml(id)}</Id><Topic>${escapeXml(topicArn)}</Topic>${names}</TopicConfiguration>`
  })
  const body = `<NotificationConfiguration>${listed.join('')}</NotificationConfiguration>`
  return client.send({ method: 'PUT', path: objectPath(bucket), query: { notification: '' }, body })
}

function sns(client: RgwClient, form: Record<string, string>): Promise<RgwResponse> {
  const body = queryString(form)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return client.send({ method: 'POST', path: '/', headers, body, service: 'sns' })
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
