import { CEPH_SETTINGS } from '../ceph/ceph-settings.ts'
import { createCephDecoder } from '../ceph/decode-ceph.ts'
import { createAccess } from '../core/access.ts'
import { CORE_SETTINGS } from '../core/core-settings.ts'
import type { HttpOrigin } from '../core/delivery.ts'
import { got } from '../process/did-you-mean.ts'
import { isTidingsError } from '../process/errors.ts'
import { readSettings } from '../process/settings.ts'
import type { Received } from '../provisioning/probe/follow.ts'
import { probeDocument } from '../provisioning/probe/probe.ts'
import { openListener, type Push } from '../provisioning/probe/probe-listener.ts'
import type { ProbeReport } from '../provisioning/probe/probe-report.ts'
import type { ProvisioningOptions } from '../provisioning/provision.ts'
import { cephSample } from '../testing/ceph-sample.ts'
import type { Flags } from './flags.ts'
import { type Terminal, UsageError } from './terminal.ts'

const PLAIN_SECONDS = 10
/** A gateway looks for new queues every 30 s. */
const PERSISTENT_SECONDS = 60

/**
 * Tests the rules of a document: with --listen in the place of the function, else at the function.
 *
 * @throws UsageError, ConfigError, DesiredError, RgwRefusedError, RgwUnavailableError
 */
export const testRules = async (
  document: unknown,
  options: ProvisioningOptions,
  { listen, timeout }: Flags,
  { env, signal }: Pick<Terminal, 'env' | 'signal'>,
): Promise<ProbeReport> => {
  if (timeout !== undefined && !/^[1-9]\d{0,4}$/.test(timeout))
    throw new UsageError(`--timeout must be a whole number of seconds from 1 to 99999${got(timeout)}`)
  const receive = receiver(env)
  const listener = listen === undefined ? undefined : await openListener(listen)
  const seconds = (otherwise: number): number => Number(timeout ?? otherwise) * 1000
  try {
    return await probeDocument(
      document,
      { ...options, signal },
      {
        notification: (event, { key, bucket, rule, opaqueData, metadata, tags }) =>
          cephSample(event, { key, bucket, rule, opaqueData, metadata, tags }),
        listener,
        receive,
        plainMs: seconds(PLAIN_SECONDS),
        persistentMs: seconds(PERSISTENT_SECONDS),
      },
    )
  } finally {
    await listener?.close()
  }
}

/** The outcome of a push at the ready function for Ceph, with the AUTH_TOKENS and OPAQUE_SECRETS of the environment. */
const receiver = (env: Terminal['env']): ((push: Push) => Received) => {
  const { AUTH_TOKENS: tokens } = readSettings({ AUTH_TOKENS: CORE_SETTINGS.AUTH_TOKENS }, env)
  const access = createAccess(tokens, 'anonymous')
  const decode = createCephDecoder(readSettings(CEPH_SETTINGS, env).OPAQUE_SECRETS)
  return ({ method, url, headers: sent, body }) => {
    const [path = '/', query = ''] = url.split(/\?(.*)/s)
    const headers = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]))
    const origin: HttpOrigin = { kind: 'http', method, path, query }
    const token = access.refusalOf({ headers, origin })?.message
    try {
      const { faults } = decode({ body, headers, origin })
      return { token, decode: faults[0]?.message }
    } catch (error) {
      if (!isTidingsError(error)) throw error
      return error.status === 401 ? { token: token ?? error.message } : { token, decode: error.message }
    }
  }
}
