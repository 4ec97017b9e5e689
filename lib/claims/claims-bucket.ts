import { crypto } from '../process/secrets.ts'
import { type ObjectReply, type SendObject, unexpected } from './object-store.ts'
import type { ClaimsPlace, S3Options } from './s3-claims.ts'

const DAY_MS = 86_400_000

/**
 * Creates the bucket of the claims if it does not exist, and has the gateway remove claims that are older than they need to be. The
 * other rules of the bucket stay.
 *
 * @throws Error where the bucket belongs to somebody else
 */
export const prepareBucket = async (
  send: SendObject,
  { bucket, prefix }: ClaimsPlace,
  { ttlMs, log }: Pick<S3Options, 'ttlMs' | 'log'>,
): Promise<void> => {
  const rules = await readOrCreate(send, bucket)
  const id = `tidings-claims-${crypto().hash('sha256', prefix, 'hex').slice(0, 16)}`
  const days = Math.ceil(ttlMs / DAY_MS)
  // In a bucket with versions every mark leaves one behind.
  const rule = `<Rule><ID>${id}</ID><Filter><Prefix>${prefix}</Prefix></Filter><Status>Enabled</Status><Expiration><Days>${days}</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>`
  const others = rules.filter((one) => !one.includes(`<ID>${id}</ID>`))
  const isThere = rules.some((one) => one.includes(`<ID>${id}</ID>`) && one.includes(`<Days>${days}</Days>`))
  if (!isThere) {
    const body = `<LifecycleConfiguration>${[...others, rule].join('')}</LifecycleConfiguration>`
    const reply = await send({
      method: 'PUT',
      path: `/${bucket}?lifecycle`,
      headers: { 'content-md5': crypto().hash('md5', body, 'base64') },
      body,
    })
    if (reply.status !== 200) log.warn({ reason: unexpected('a lifecycle rule', reply).message }, NOT_CLEANED)
  }
  const notifications = await send({ method: 'GET', path: `/${bucket}?notification` })
  if (notifications.body.includes('<TopicConfiguration>')) log.warn({ bucket, prefix }, NOTIFIED)
}

const NOT_CLEANED = 'old claims are not removed from the bucket of CLAIMS_URL: give it a lifecycle rule'
const NOTIFIED =
  'the bucket of CLAIMS_URL has notifications, and the gateway sends one for each claim; events of claims are dropped: use a bucket without notifications'

/** The lifecycle rules of the bucket. */
const readOrCreate = async (send: SendObject, bucket: string): Promise<readonly string[]> => {
  const reply = await send({ method: 'GET', path: `/${bucket}?lifecycle` })
  if (reply.status === 200) return reply.body.match(/<Rule>[\s\S]*?<\/Rule>/g) ?? []
  if (reply.status !== 404) throw unexpected('the bucket of CLAIMS_URL', reply)
  if (isMissingBucket(reply)) {
    const created = await send({ method: 'PUT', path: `/${bucket}` })
    if (created.status !== 200) throw unexpected('creating the bucket of CLAIMS_URL', created)
  }
  return []
}

const isMissingBucket = ({ body }: ObjectReply): boolean => body.includes('<Code>NoSuchBucket</Code>')
