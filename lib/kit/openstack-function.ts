import { createOpenstackDecoder } from '../openstack/decode-openstack.ts'
import { OPENSTACK_SETTINGS } from '../openstack/openstack-settings.ts'
import { readSettings } from '../process/settings.ts'
import { type Config, readConfig } from './config.ts'
import { createFunction, type FunctionHandler } from './function.ts'

export type OpenstackNotificationsOptions = {
  /** Default: the environment. */
  readonly config?: Config
}

/**
 * The function that turns OpenStack notifications into CloudEvents, for any platform.
 *
 * @throws ConfigError when the environment does not describe a working setup
 */
export const openstackNotifications = ({
  config = readConfig(process.env, OPENSTACK_SETTINGS),
}: OpenstackNotificationsOptions = {}): FunctionHandler => {
  const { NOVA_NOTIFICATIONS: novaNotifications } = readSettings(OPENSTACK_SETTINGS, config.environment)
  return createFunction({
    name: 'openstack-notifications',
    notifications: 'openstack',
    config,
    decode: createOpenstackDecoder({ novaNotifications }),
  })
}
