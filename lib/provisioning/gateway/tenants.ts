import type { Desired } from '../document/desired.ts'
import type { Rgw } from './client.ts'
import { DesiredError } from './gateway-errors.ts'

/**
 * Refuses buckets of other tenants, `tenant:bucket`, at a gateway that would take them for the user's own of that name.
 * 16.2.15 does; 20.2.4 answers by the bucket's policy. A gateway without any topic does not show its release.
 *
 * @returns the tenant of the user where the document names tenants
 * @throws DesiredError, RgwRefusedError, RgwUnavailableError
 */
export const checkTenants = async (
  rgw: Rgw,
  { buckets }: Desired,
  signal: AbortSignal | undefined,
): Promise<string | undefined> => {
  const named = buckets.flatMap(({ name }, index) => {
    const end = name.indexOf(':')
    return end === -1 ? [] : [{ index, name, tenant: name.slice(0, end) }]
  })
  if (named.length === 0) return undefined
  const own = await rgw.readTenant(signal)
  const foreign = named.filter(({ tenant }) => tenant !== own)
  if (foreign.length === 0) return own
  const topics = await rgw.listTopics(signal)
  if (topics.some(({ olderThan }) => olderThan === undefined)) return own
  const place = own === '' ? 'no tenant' : `tenant ${own}`
  const message =
    `is a bucket of another tenant, and the user is of ${place}: before Ceph 19 the gateway would change the user's own ` +
    'bucket of that name, so give the keys of a user of that tenant'
  throw new DesiredError(foreign.map(({ index }) => ({ path: `buckets.${index}.name`, message })))
}
