import { connectionOf, readGatewayConfig } from '../gateway/gateway-connection.ts'
import type { Environment } from '../process/settings.ts'
import type { Gateway } from './object-store.ts'

/**
 * The gateway that keeps claims in a bucket.
 *
 * @throws ConfigError naming what is missing
 */
export const claimsGateway = (environment: Environment): Gateway => connectionOf(readGatewayConfig(environment))
