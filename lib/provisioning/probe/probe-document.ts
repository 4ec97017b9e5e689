import { createRgw } from '../gateway/rgw-client.ts'
import type { Run } from '../plan/run.ts'
import { checkTenants, readState, withMatches } from '../plan/state.ts'
import { checkedDocument, type ProvisioningOptions } from '../provision.ts'
import { type ProbeOptions, probeRules } from './probe.ts'
import type { ProbeReport } from './probe-report.ts'

const CONCURRENCY = 8

/**
 * Tests the rules of a document with objects of its own.
 *
 * @throws DesiredError, RgwRefusedError, RgwUnavailableError
 */
export const probeDocument = async (
  document: unknown,
  options: ProvisioningOptions,
  probing: ProbeOptions,
): Promise<ProbeReport> => {
  const checked = checkedDocument(document, options)
  const run: Run = { concurrency: CONCURRENCY, ...options }
  const rgw = createRgw(options.connection)
  try {
    await checkTenants(rgw, checked, run.signal)
    const desired = await withMatches(rgw, checked, run)
    const buckets = desired.buckets.map(({ name }) => name)
    return await probeRules(rgw, desired, await readState(rgw, buckets, run), probing, run)
  } finally {
    rgw.close()
  }
}
