import { keyOf } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import { crypto } from '../process/secrets.ts'
import type { Rule } from '../process/settings.ts'

const FORM = /^(?:whsec_)?([A-Za-z0-9+/]{32,}={0,2})$/

/** `whsec_` and 24 to 64 bytes as base64. Several during a rotation: a receiver needs one of them. */
export const signingSecretsRule: Rule<readonly string[]> = {
  expected: 'secrets of Standard Webhooks (whsec_ and base64 of at least 24 bytes) separated by commas or line ends',
  read: (text) => {
    const given = text.split(/[,\r\n]/).map((item) => item.trim())
    const secrets = given.filter(Boolean)
    return secrets.every((secret) => FORM.test(secret)) ? secrets : undefined
  },
  isSecret: true,
}

/** Headers by which a receiver knows who sent a request, and recognizes one that comes again. */
export type Sign = (events: readonly CloudEvent[], body: string) => Readonly<Record<string, string>>

/**
 * Signs requests: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * The id depends on the events alone, so that it stays the same when they are sent again.
 */
export const createSign = (secrets: readonly string[], now: () => number): Sign => {
  const keys = secrets.map((secret) => Buffer.from(FORM.exec(secret)?.[1] ?? '', 'base64'))
  return (events, body) => {
    if (keys.length === 0) return {}
    const id = crypto().hash('sha256', JSON.stringify(events.map(keyOf)), 'base64url')
    const timestamp = String(Math.floor(now() / 1000))
    const signatures = keys.map((key) =>
      crypto().createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64'),
    )
    return {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
    }
  }
}
