import { connectionOf } from '../gateway/gateway-connection.ts'
import { readGatewayConfig } from '../gateway/gateway-settings.ts'
import type { Environment } from '../process/settings.ts'
import type { Gateway } from './object-store.ts'

/**
 * The gateway that keeps claims in a bucket.
 *
 * @throws ConfigError naming what is missing
 */
export const claimsGateway = (environment: Environment): Gateway => connectionOf(readGatewayConfig(environment))
