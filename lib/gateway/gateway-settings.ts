import {
  type Environment,
  HOUR_MS,
  readSettings,
  secret,
  type Table,
  text,
  urlOf,
  type Values,
  wholeNumber,
} from '../process/settings.ts'

/** A gateway and the keys of its user: for the provisioner, for objects, and for claims in a bucket. */
export const GATEWAY_SETTINGS = {
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
} as const satisfies Table

export type GatewayConfig = ReturnType<typeof gatewayConfig>

/** The gateway and the keys may be missing: the command line may name them too. */
export const gatewayConfig = (values: Values<typeof GATEWAY_SETTINGS>) => ({
  endpoint: values.RGW_ENDPOINT,
  accessKey: values.RGW_ACCESS_KEY,
  secretKey: values.RGW_SECRET_KEY,
  sessionToken: values.RGW_SESSION_TOKEN,
  caFile: values.RGW_CA_FILE,
  connectTimeoutMs: values.RGW_CONNECT_TIMEOUT_MS,
  requestTimeoutMs: values.RGW_REQUEST_TIMEOUT_MS,
  attempts: values.RGW_ATTEMPTS,
})

/** @throws ConfigError */
export const readGatewayConfig = (environment: Environment): GatewayConfig =>
  gatewayConfig(readSettings(GATEWAY_SETTINGS, environment))
