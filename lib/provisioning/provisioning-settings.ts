import {
  type Environment,
  HOUR_MS,
  list,
  type Rule,
  readSettings,
  secret,
  type Table,
  text,
  trueOrFalse,
  urlOf,
  wholeNumber,
} from '../process/settings.ts'
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
  RGW_ENDPOINT: {
    rule: urlOf(['http:', 'https:'], 'https://rgw.example.org:8443'),
    meaning: 'The URL of the gateway.',
  },
  RGW_ACCESS_KEY: { rule: secret, meaning: 'The access key of the user who owns the buckets.' },
  RGW_SECRET_KEY: { rule: secret, meaning: 'The secret key that belongs to `RGW_ACCESS_KEY`.' },
  RGW_SESSION_TOKEN: { rule: secret, meaning: 'The token that belongs to temporary keys of STS.' },
  RGW_CA_FILE: {
    rule: text,
    meaning: 'A file of certificates to trust, in PEM, in place of those that Node.js trusts.',
  },
  RGW_CONNECT_TIMEOUT_MS: {
    rule: wholeNumber(1, HOUR_MS),
    default: 5000,
    meaning: 'How long connecting may take, in milliseconds.',
  },
  RGW_REQUEST_TIMEOUT_MS: {
    rule: wholeNumber(1, HOUR_MS),
    default: 30_000,
    meaning: 'How long one attempt may take, in milliseconds.',
  },
  RGW_ATTEMPTS: {
    rule: wholeNumber(1, 20),
    default: 4,
    meaning: 'Attempts in all, the first one included, while the gateway is away or overloaded.',
  },
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
    endpoint: values.RGW_ENDPOINT,
    accessKey: values.RGW_ACCESS_KEY,
    secretKey: values.RGW_SECRET_KEY,
    sessionToken: values.RGW_SESSION_TOKEN,
    caFile: values.RGW_CA_FILE,
    connectTimeoutMs: values.RGW_CONNECT_TIMEOUT_MS,
    requestTimeoutMs: values.RGW_REQUEST_TIMEOUT_MS,
    attempts: values.RGW_ATTEMPTS,
    secretsInCleartext: values.RGW_SECRETS_IN_CLEARTEXT,
    allowedEndpoints: values.ALLOWED_ENDPOINTS,
    allowedReferences: values.ALLOWED_REFERENCES,
    /** The values of `${env:NAME}` in a document. */
    lookUp: (name: string): string | undefined => environment[name],
  }
}
