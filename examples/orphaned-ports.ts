// Claims the ports that a deleted server leaves behind. nova deletes or frees the ports of a server before it says that the
// server is gone. A port that still names it is an orphan: it holds an address and quota. It gets the tag `orphaned`, and
// `openstack port list --tags orphaned` lists what to clean up.
// Needs KEYSTONE_URL, NEUTRON_URL, and the application credential of an administrator: CREDENTIAL_ID and CREDENTIAL_SECRET.
import { openstack } from 'tidings'

export const handler = openstack({ name: 'orphaned-ports' }).on(
  'instance.delete.end',
  async ({ event, log, signal }) => {
    const server = event.subject
    if (server === undefined) return
    const token = await logIn(signal)
    const headers = { 'X-Auth-Token': token }
    const url = `${process.env.NEUTRON_URL}/v2.0/ports`
    const query = new URLSearchParams({ device_id: server, fields: 'id' })
    const list = await fetch(`${url}?${query}`, { headers, signal })
    if (!list.ok) throw new Error(`neutron answered ${list.status} to the list of ports`)
    const { ports } = (await list.json()) as { ports: { id: string }[] } // As neutron's API reference has it.
    for (const { id } of ports) {
      // To set a tag twice changes nothing more.
      const tag = await fetch(`${url}/${id}/tags/orphaned`, { method: 'PUT', headers, signal })
      // It was deleted in the meantime.
      if (tag.status === 404) continue
      if (!tag.ok) throw new Error(`neutron answered ${tag.status} to the tag of port ${id}`)
      log.warn('orphaned port', { port: id, server })
    }
  },
)

const logIn = async (signal: AbortSignal): Promise<string> => {
  const { KEYSTONE_URL, CREDENTIAL_ID: id, CREDENTIAL_SECRET: secret } = process.env
  const identity = { methods: ['application_credential'], application_credential: { id, secret } }
  const answer = await fetch(`${KEYSTONE_URL}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity } }),
    signal,
  })
  const token = answer.headers.get('X-Subject-Token')
  if (token === null) throw new Error(`keystone answered ${answer.status} to the login`)
  return token
}
