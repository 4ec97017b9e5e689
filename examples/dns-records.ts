// DNS records of each server, in a zone of PowerDNS: web-1 gets web-1.cloud.example.org.
// Needs PDNS_URL, PDNS_API_KEY and ZONE. The names of servers must be unique: nova.conf has
// osapi_compute_unique_server_name_scope for this. A record of another server would be replaced otherwise.
import { domainToASCII } from 'node:url'
import { openstack, SetAside } from 'tidings'

type Address = { readonly address: string; readonly version: number }

// The events of one server come one at a time. A late creation must not bring back the records of a deleted server.
export const handler = openstack({ name: 'dns-records', orderBy: 'subject', concurrency: 4 })
  .on('instance.create.end', async ({ data, late, signal }) => {
    // nova sends this event in two dialects. Which of them come depends on its configuration, and either will do.
    const { host_name, hostname, ip_addresses, fixed_ips } = data.payload
    if (!late) await write(host_name ?? hostname, ip_addresses ?? fixed_ips ?? [], signal)
  })
  .on('instance.delete.end', async ({ data, late, signal }) => {
    if (!late) await write(data.payload.host_name ?? data.payload.hostname, [], signal)
  })

/** Makes these addresses the only ones of the name. To do it twice changes nothing more. */
const write = async (host: string | undefined, addresses: readonly Address[], signal: AbortSignal): Promise<void> => {
  const { PDNS_URL, PDNS_API_KEY = '', ZONE = '' } = process.env
  const name = domainToASCII(`${host}.${ZONE}`)
  if (host === undefined || name === '') throw new SetAside(`no DNS name can be made of the host name ${host}`)
  const rrsets = ['A', 'AAAA'].map((type) => {
    const records = addresses
      .filter(({ version }) => version === (type === 'A' ? 4 : 6))
      .map(({ address }) => ({ content: address, disabled: false }))
    const change = records.length > 0 ? { changetype: 'REPLACE', ttl: 60, records } : { changetype: 'DELETE' }
    return { name: `${name}.`, type, ...change }
  })
  const answer = await fetch(`${PDNS_URL}/api/v1/servers/localhost/zones/${ZONE}.`, {
    method: 'PATCH',
    headers: { 'X-API-Key': PDNS_API_KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify({ rrsets }),
    signal,
  })
  // PowerDNS answers 422 to a name that it cannot take. Another try would not help.
  if (answer.status === 422) throw new SetAside(`PowerDNS refuses ${name}: ${await answer.text()}`)
  // Everything else may pass. tidings tries it again.
  if (!answer.ok) throw new Error(`PowerDNS answered ${answer.status}`)
}
