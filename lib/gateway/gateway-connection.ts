import { readFileSync } from 'node:fs'
import { ConfigError } from '../process/errors.ts'
import {
  type Environment,
  HOUR_MS,
  path,
  readSettings,
  secret,
  type Table,
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
    rule: path,
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
    meaning: 'Attempts in all, the first one included, while the gateway is unavailable or overloaded.',
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

export type RgwConnection = {
  readonly endpoint: URL
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** Certificates to trust, in PEM, in place of those that Node trusts. */
  readonly ca?: string
  readonly connectTimeoutMs: number
  /** The limit of one attempt. */
  readonly requestTimeoutMs: number
  /** Attempts in all, the first one included, while the gateway is unavailable or overloaded. At least 1. */
  readonly attempts: number
}

/**
 * The gateway that the environment (or the command line) names. Never the request: it could name any other.
 *
 * @throws ConfigError naming what is missing
 */
export const connectionOf = ({
  endpoint,
  accessKey,
  secretKey,
  sessionToken,
  caFile,
  ...limits
}: GatewayConfig): RgwConnection => {
  if (endpoint === undefined || !accessKey || !secretKey) {
    const missing = [
      endpoint === undefined && 'RGW_ENDPOINT is missing: set the URL of the gateway, such as http://rgw:8000',
      !accessKey && 'RGW_ACCESS_KEY is missing: set the access key of the user who owns the buckets',
      !secretKey && 'RGW_SECRET_KEY is missing: set the secret key that belongs to RGW_ACCESS_KEY',
    ]
    throw new ConfigError(missing.filter(Boolean).join('; '), { isMissing: true })
  }
  return {
    endpoint,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey, ...(sessionToken && { sessionToken }) },
    ...(caFile !== undefined && { ca: readCertificates(caFile) }),
    connectTimeoutMs: limits.connectTimeoutMs,
    requestTimeoutMs: limits.requestTimeoutMs,
    attempts: limits.attempts,
  }
}

const readCertificates = (path: string): string => {
  const text = readText(path)
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  const found = text.includes('PRIVATE KEY-----')
    ? 'a key and no certificate'
    : 'no text that begins with -----BEGIN CERTIFICATE-----'
  throw new ConfigError(
    `RGW_CA_FILE must name the file of the CA's certificate in PEM; the file that it names has ${found}`,
  )
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError('RGW_CA_FILE must name a file of certificates in PEM that this process may read', { cause })
  }
}
