import { S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'

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
  /** For one attempt. */
  readonly requestTimeoutMs: number
  /** The first one and those after it, when the gateway is away or overloaded. At least 1. */
  readonly attempts: number
}

/** The gateway takes any; this one makes the SDK send no LocationConstraint with a new bucket. */
const REGION = 'us-east-1'

export const openClients = ({ endpoint, credentials, ca, ...limits }: RgwConnection) => {
  const shared = {
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
  }
  return {
    // Old gateways know neither bucket names as host names nor the SDK's checksums.
    s3: new S3Client({ ...shared, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' }),
    sns: new SNSClient(shared),
  }
}
