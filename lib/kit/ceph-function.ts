import { CEPH_SETTINGS } from '../ceph/ceph-settings.ts'
import { createCephDecoder } from '../ceph/decode-ceph.ts'
import { readSettings } from '../process/settings.ts'
import { type Config, readConfig } from './config.ts'
import { createFunction, type FunctionHandler } from './function.ts'

export type CephNotificationsOptions = {
  /** Default: the environment. */
  readonly config?: Config
}

/**
 * The ready function that turns Ceph bucket notifications into CloudEvents. Your own function begins with `ceph()` (ceph.ts).
 *
 * @throws ConfigError when the environment does not describe a working setup
 */
export const cephNotifications = ({
  config = readConfig(process.env, CEPH_SETTINGS),
}: CephNotificationsOptions = {}): FunctionHandler => {
  const { OPAQUE_SECRETS: secrets } = readSettings(CEPH_SETTINGS, config.environment)
  return createFunction({
    name: 'ceph-notifications',
    notifications: 'ceph',
    config,
    decode: createCephDecoder(secrets),
    secrets,
  })
}
