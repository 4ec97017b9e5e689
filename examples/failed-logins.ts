// A message in a chat for each failed login. Needs WEBHOOK_URL, an incoming webhook of Slack, Mattermost or Rocket.Chat.
// By default keystone notifies of failed logins only. `notification_opt_out` in keystone.conf changes that.
import { openstack, Retry } from 'tidings'

export const handler = openstack({ name: 'failed-logins' }).on(
  'identity.authenticate',
  { service: 'keystone', payload: { outcome: 'failure' } },
  async ({ data, event, signal }) => {
    const { username, user_id, id, host } = data.payload.initiator
    const who = plain(username ?? user_id ?? id)
    const text = `Failed login of ${who} from ${plain(host?.address)} (${plain(host?.agent)}) at ${event.time}`
    const answer = await fetch(process.env.WEBHOOK_URL ?? '', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text }),
      signal,
    })
    if (answer.status === 429) throw new Retry({ afterSeconds: Number(answer.headers.get('Retry-After')) || 30 })
    if (!answer.ok) throw new Error(`the chat answered ${answer.status}`)
  },
)

/** The caller chooses these texts. `<!channel>` would call everybody, and a long text would fill the chat. */
const plain = (value: unknown): string =>
  String(value ?? 'unknown')
    .slice(0, 100)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
