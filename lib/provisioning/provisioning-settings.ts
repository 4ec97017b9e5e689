import { GATEWAY_SETTINGS, gatewayConfig } from '../gateway/gateway-connection.ts'
import { type Environment, list, type Rule, readSettings, type Table, trueOrFalse } from '../process/settings.ts'
import { isEndpointPattern } from './document/push-endpoint.ts'

const endpointPatterns: Rule<readonly string[]> = {
  expected: 'a list of patterns [scheme://]host[:port], separated by commas',
  read: (given) => {
    const patterns = list.read(given)
    return patterns?.every(isEndpointPattern) ? patterns : undefined
  },
  mayHoldSecret: true,
}

export const PROVISIONING_SETTINGS = {
  ...GATEWAY_SETTINGS,
  RGW_SECRETS_IN_CLEARTEXT: {
    rule: trueOrFalse,
    default: false,
    meaning:
      '`true`: passwords may go to a gateway without TLS that was told to take them (`rgw_allow_notification_secrets_in_cleartext`).',
  },
  ALLOWED_ENDPOINTS: {
    rule: endpointPatterns,
    otherwise: 'anywhere',
    meaning: 'Where the gateway may be told to push events.',
  },
  ALLOWED_REFERENCES: {
    rule: list,
    default: [],
    meaning: 'The references that a request to the function may use, such as `env:TIDINGS_TOKEN`.',
  },
} as const satisfies Table

export type RgwConfig = ReturnType<typeof readRgwConfig>

/**
 * The settings of the provisioner. The gateway and the keys may be missing: the command line may name them too.
 *
 * @throws ConfigError
 */
export const readRgwConfig = (environment: Environment = process.env) => {
  const values = readSettings(PROVISIONING_SETTINGS, environment)
  return {
    ...gatewayConfig(values),
    secretsInCleartext: values.RGW_SECRETS_IN_CLEARTEXT,
    allowedEndpoints: values.ALLOWED_ENDPOINTS,
    allowedReferences: values.ALLOWED_REFERENCES,
    /** The values of `${env:NAME}` in a document. */
    lookUp: (name: string): string | undefined => environment[name],
  }
}
