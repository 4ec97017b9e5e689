import { readFileSync } from 'node:fs'
import { ConfigError } from '../process/errors.ts'
import type { GatewayConfig } from './gateway-settings.ts'

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
  /** The first one and those after it, when the gateway is away or overloaded. At least 1. */
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
