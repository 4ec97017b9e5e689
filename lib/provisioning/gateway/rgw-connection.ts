import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { RgwConnection } from '../../gateway/gateway-connection.ts'

/** The gateway takes any; this one makes the SDK send no LocationConstraint with a new bucket. */
const REGION = 'us-east-1'

/**
 * The settings that the SDK would otherwise look for in ~/.aws. Settings there are meant for AWS. If a container's user has no
 * home folder, the search for them fails before any request is sent.
 */
const NOT_FROM_HOME = {
  authSchemePreference: [],
  defaultsMode: 'legacy',
  disableClockSkewCorrection: false,
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: async () => undefined,
} as const satisfies S3ClientConfig

/** Those that S3 has besides. */
const S3_NOT_FROM_HOME = {
  disableS3ExpressSessionAuth: true,
  // Old gateways do not know the SDK's checksums.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  sigv4aSigningRegionSet: [],
  useArnRegion: false,
} as const satisfies S3ClientConfig

/** The options that the clients of all its services share. */
export const clientOptions = ({ endpoint, credentials, ca, ...limits }: RgwConnection) => ({
  ...NOT_FROM_HOME,
  endpoint: endpoint.href,
  region: REGION,
  credentials,
  maxAttempts: limits.attempts,
  requestHandler: {
    connectionTimeout: limits.connectTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    // Without it the SDK only complains on the console.
    throwOnRequestTimeout: true,
    // On a connection that is used again every reply takes 40 ms longer: the gateway writes it in two parts without
    // TCP_NODELAY (`rgw_frontends` with tcp_nodelay=0, the default), and waits for an acknowledgement in between.
    httpAgent: { keepAlive: false },
    httpsAgent: { keepAlive: false, ...(ca !== undefined && { ca }) },
  },
})

/** Old gateways do not know bucket names as host names. */
export const openS3 = (connection: RgwConnection): S3Client =>
  new S3Client({ ...clientOptions(connection), ...S3_NOT_FROM_HOME, forcePathStyle: true })
