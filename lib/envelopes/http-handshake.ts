import type { HttpReply } from './http-reply.ts'

/**
 * The answer to OPTIONS, by which a sender of CloudEvents asks whether its events are wanted
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection). Whoever asks may
 * send, at any rate: secrets, not origins, decide who is heard.
 */
export const handshake = (headers: Readonly<Record<string, string>>): HttpReply => {
  const origin = headers['webhook-request-origin']
  const rate = headers['webhook-request-rate']
  return {
    status: 204,
    headers: {
      allow: 'POST, OPTIONS',
      ...(origin !== undefined && { 'webhook-allowed-origin': origin }),
      ...(origin !== undefined && rate !== undefined && { 'webhook-allowed-rate': '*' }),
    },
    body: '',
  }
}
