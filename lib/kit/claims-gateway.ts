import type { Gateway } from '../claims/object-store.ts'
import type { Environment } from '../process/settings.ts'
import { connectionOf } from '../provisioning/connect.ts'
import { readRgwConfig } from '../provisioning/provisioning-settings.ts'

/**
 * The gateway whose bucket keeps the claims: the one that the provisioner's settings name.
 *
 * @throws ConfigError naming what is missing
 */
export const claimsGateway = (environment: Environment): Gateway => connectionOf(readRgwConfig(environment))
