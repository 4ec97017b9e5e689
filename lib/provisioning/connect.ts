import { readFileSync } from 'node:fs'
import type { RgwConfig } from '../kit/config.ts'
import { ConfigError } from '../process/errors.ts'
import type { RgwConnection } from './gateway/rgw-connection.ts'

/**
 * The gateway that the environment (or the command line) names. Never the request: it could name any other.
 *
 * @throws ConfigError naming what is missing
 */
export const connectionOf = ({ endpoint, accessKey, secretKey, caFile, ...limits }: RgwConfig): RgwConnection => {
  if (endpoint === undefined)
    throw new ConfigError('RGW_ENDPOINT: say where the gateway is, for example http://rgw:8000')
  if (!accessKey) throw new ConfigError('RGW_ACCESS_KEY: set the access key of the user who owns the buckets')
  if (!secretKey) throw new ConfigError('RGW_SECRET_KEY: set the secret key that belongs to RGW_ACCESS_KEY')
  return {
    endpoint: new URL(endpoint),
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
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
    ? 'a key only'
    : 'no text that begins with -----BEGIN CERTIFICATE-----'
  throw new ConfigError(
    `RGW_CA_FILE: has no certificate in it, but ${found}: name the file of the CA's certificate in PEM`,
  )
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError('RGW_CA_FILE: cannot be read: name a file of certificates in PEM', { cause })
  }
}
