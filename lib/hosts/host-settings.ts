import {
  type Environment,
  HOUR_MS,
  type Rule,
  readSettings,
  type Table,
  text,
  wholeNumber,
} from '../process/settings.ts'

/** `host:port`, an IPv6 address in brackets. */
const address: Rule<{ readonly hostname: string; readonly port: number }> = {
  expected: '<host>:<port>, such as 127.0.0.1:8080',
  read: (given) => {
    const [, ipv6, name, port = ''] = /^(?:\[([\da-f:.]+)\]|([^:]+)):(\d{1,5})$/i.exec(given) ?? []
    const hostname = ipv6 ?? name
    return hostname === undefined || Number(port) > 65_535 ? undefined : { hostname, port: Number(port) }
  },
}

const GIBIBYTE = 1_073_741_824

export const HOST_SETTINGS = {
  PORT: {
    rule: wholeNumber(0, 65_535),
    default: 8080,
    meaning: 'The port that the host listens on; `0` is any free one.',
  },
  AWS_LAMBDA_HTTP_ENDPOINT: {
    rule: address,
    meaning: 'The one address to listen on, in place of `PORT`; Lambda sets it for web functions.',
  },
  FUNCTION: {
    rule: text,
    otherwise: 'all, each at `/<function-name>`',
    meaning: 'The one function to serve, at every path.',
  },
  MAX_BODY_BYTES: { rule: wholeNumber(1, GIBIBYTE), default: 1_048_576, meaning: 'A larger body is answered 413.' },
  MAX_IN_FLIGHT: {
    rule: wholeNumber(1, 1_000_000),
    default: 1024,
    meaning: 'Requests at once; more are answered 503.',
  },
  MAX_BYTES_IN_FLIGHT: {
    rule: wholeNumber(1, GIBIBYTE),
    default: 8_388_608,
    meaning: 'Bytes of all bodies that are being read or handled; a body that does not fit is answered 503.',
  },
  REQUEST_TIMEOUT_MS: {
    rule: wholeNumber(100, HOUR_MS),
    default: 30_000,
    meaning: 'How long a request may take to arrive, in milliseconds.',
  },
  REFUSAL_DELAY_MS: {
    rule: wholeNumber(0, HOUR_MS),
    default: 250,
    meaning: 'How long the answers 401 and 503 wait before they go out ([ceph.md](ceph.md) says why).',
  },
  SHUTDOWN_GRACE_MS: {
    rule: wholeNumber(0, HOUR_MS),
    default: 5000,
    meaning: 'How long the host keeps serving after SIGTERM.',
  },
} as const satisfies Table

export type HostConfig = ReturnType<typeof readHostConfig>

/** @throws ConfigError */
export const readHostConfig = (environment: Environment = process.env) => {
  const values = readSettings(HOST_SETTINGS, environment)
  return {
    /**
     * Every caller comes by a proxy on this machine: Lambda's web functions, and OpenFaaS' watchdog, which names its child in
     * `fprocess`, and the child inherits it.
     */
    behindProxy: Boolean(environment.fprocess ?? values.AWS_LAMBDA_HTTP_ENDPOINT),
    port: values.PORT,
    ...values.AWS_LAMBDA_HTTP_ENDPOINT,
    functionName: values.FUNCTION,
    maxBodyBytes: values.MAX_BODY_BYTES,
    maxInFlight: values.MAX_IN_FLIGHT,
    // A body of the largest size has to fit, or it never would.
    maxBytesInFlight: Math.max(values.MAX_BYTES_IN_FLIGHT, values.MAX_BODY_BYTES),
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    refusalDelayMs: values.REFUSAL_DELAY_MS,
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
  }
}
