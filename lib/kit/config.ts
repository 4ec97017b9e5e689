import { NOVA_NOTIFICATIONS, type NovaNotifications } from '../openstack/nova-dialects.ts'
import { LOG_LEVELS, type LogLevel } from '../process/log.ts'
import { readSecret, readSecrets } from '../process/secret-files.ts'
import { anyText, type Environment, list, oneOf, readVariables, urlOf, wholeNumber } from '../process/variables.ts'
import { isEndpointPattern } from '../provisioning/document/push-endpoint.ts'
import { ceOverridesRule, parseCeOverrides } from '../sinks/ce-overrides.ts'
import { SINK_SCHEMES } from '../sinks/open-sink.ts'
import { SINK_MODES, type SinkMode } from '../sinks/sink-mode.ts'

const HOUR_MS = 3_600_000
const sinkUrl = urlOf(SINK_SCHEMES, 'log: or https://example.org/events')

/** docs/configuration.md says what each variable is for, and its default. K_SINK and K_CE_OVERRIDES are set by Knative's SinkBinding. */
const rules = {
  ALLOW_ANONYMOUS: oneOf('true', 'false'),
  SINK_URL: sinkUrl,
  K_SINK: sinkUrl,
  K_CE_OVERRIDES: ceOverridesRule,
  SINK_MODE: oneOf(...SINK_MODES),
  SINK_TIMEOUT_MS: wholeNumber(1, HOUR_MS, 5000),
  SINK_RETRIES: wholeNumber(0, 20, 2),
  DEAD_LETTER_URL: sinkUrl,
  EVENT_TYPES: anyText,
  EVENT_PRIORITIES: anyText,
  NOVA_NOTIFICATIONS: oneOf(...NOVA_NOTIFICATIONS),
  DEDUPLICATE: wholeNumber(0, 10_000_000, 10_000),
  LOG_LEVEL: oneOf(...LOG_LEVELS),
  AWS_LAMBDA_HTTP_ENDPOINT: {
    holds: (value: string) => endpointOf(value) !== undefined,
    remedy: 'use <host>:<port>, for example 127.0.0.1:8080',
  },
  PORT: wholeNumber(0, 65_535, 8080),
  FUNCTION: anyText,
  MAX_BODY_BYTES: wholeNumber(1, 1_073_741_824, 1_048_576),
  MAX_IN_FLIGHT: wholeNumber(1, 1_000_000, 1024),
  MAX_BYTES_IN_FLIGHT: wholeNumber(1, 1_073_741_824, 8_388_608),
  REQUEST_TIMEOUT_MS: wholeNumber(100, HOUR_MS, 30_000),
  REFUSAL_DELAY_MS: wholeNumber(0, HOUR_MS, 250),
  SHUTDOWN_GRACE_MS: wholeNumber(0, HOUR_MS, 5000),
}

export type Config = ReturnType<typeof readConfig>

/**
 * The environment as settings. This file is the one place that looks at it.
 *
 * @throws ConfigError naming each variable at fault and what to write instead; never a value, which may be a secret
 */
export const readConfig = (environment: Environment = process.env) => {
  const variables = readVariables(rules, environment)
  const { SINK_URL, K_SINK, K_CE_OVERRIDES } = variables
  const maxBodyBytes = Number(variables.MAX_BODY_BYTES ?? 1_048_576)
  return {
    tokens: readSecrets(environment, 'AUTH_TOKENS'),
    opaqueSecrets: readSecrets(environment, 'OPAQUE_SECRETS'),
    allowAnonymous: variables.ALLOW_ANONYMOUS === 'true',
    sink: {
      url: new URL(SINK_URL ?? K_SINK ?? 'log:'),
      options: {
        // What Knative injects is usually a broker, and brokers take no batches.
        mode:
          (variables.SINK_MODE as SinkMode | undefined) ?? (SINK_URL === undefined && K_SINK ? 'structured' : 'batch'),
        timeoutMs: Number(variables.SINK_TIMEOUT_MS ?? 5000),
        retries: Number(variables.SINK_RETRIES ?? 2),
        ...(K_CE_OVERRIDES !== undefined && { ceOverrides: parseCeOverrides(K_CE_OVERRIDES) }),
      },
    },
    deadLetterUrl: new URL(variables.DEAD_LETTER_URL ?? 'log:'),
    /** Nobody has said where dead letters go: the relay's own queue for them is a better place than the log. */
    returnsRefused: variables.DEAD_LETTER_URL === undefined,
    filter: {
      types: list(variables.EVENT_TYPES) ?? [],
      priorities: list(variables.EVENT_PRIORITIES) ?? [],
    },
    novaNotifications: (variables.NOVA_NOTIFICATIONS as NovaNotifications | undefined) ?? 'both',
    /** How many ids of events handed on are remembered. */
    deduplicate: Number(variables.DEDUPLICATE ?? 10_000),
    logLevel: (variables.LOG_LEVEL as LogLevel | undefined) ?? 'info',
    host: {
      /**
       * Every caller comes by a proxy on this machine: Lambda's web functions, and OpenFaaS' watchdog, which names its child in
       * `fprocess`, and the child inherits it.
       */
      behindProxy: Boolean(environment.fprocess ?? variables.AWS_LAMBDA_HTTP_ENDPOINT),
      port: Number(variables.PORT ?? 8080),
      /** Where Lambda wants a web function to listen, and nowhere else. */
      ...endpointOf(variables.AWS_LAMBDA_HTTP_ENDPOINT),
      functionName: variables.FUNCTION,
      maxBodyBytes,
      maxInFlight: Number(variables.MAX_IN_FLIGHT ?? 1024),
      // A body of the largest size has to fit, or it never would.
      maxBytesInFlight: Math.max(Number(variables.MAX_BYTES_IN_FLIGHT ?? 8_388_608), maxBodyBytes),
      requestTimeoutMs: Number(variables.REQUEST_TIMEOUT_MS ?? 30_000),
      refusalDelayMs: Number(variables.REFUSAL_DELAY_MS ?? 250),
      shutdownGraceMs: Number(variables.SHUTDOWN_GRACE_MS ?? 5000),
    },
  }
}

/** `host:port`, an IPv6 address in brackets. */
const endpointOf = (text = ''): { readonly hostname: string; readonly port: number } | undefined => {
  const [, ipv6, name, port = ''] = /^(?:\[([\da-f:.]+)\]|([^:]+)):(\d{1,5})$/i.exec(text) ?? []
  const hostname = ipv6 ?? name
  return hostname === undefined || Number(port) > 65_535 ? undefined : { hostname, port: Number(port) }
}

const rgwRules = {
  RGW_ENDPOINT: urlOf(['http:', 'https:'], 'https://rgw.example.org:8443'),
  RGW_CA_FILE: anyText,
  RGW_CONNECT_TIMEOUT_MS: wholeNumber(1, HOUR_MS, 5000),
  RGW_REQUEST_TIMEOUT_MS: wholeNumber(1, HOUR_MS, 30_000),
  RGW_ATTEMPTS: wholeNumber(1, 20, 4),
  RGW_SECRETS_IN_CLEARTEXT: oneOf('true', 'false'),
  ALLOWED_ENDPOINTS: {
    holds: (value: string) => (list(value) ?? []).every(isEndpointPattern),
    remedy: 'use patterns [scheme://]host[:port], separated by commas',
  },
  ALLOWED_REFERENCES: anyText,
}

export type RgwConfig = ReturnType<typeof readRgwConfig>

/**
 * What the provisioner has to know beside that. Which gateway may be missing: the command line may name it too.
 *
 * @throws ConfigError
 */
export const readRgwConfig = (environment: Environment = process.env) => {
  const variables = readVariables(rgwRules, environment)
  return {
    endpoint: variables.RGW_ENDPOINT,
    accessKey: readSecret(environment, 'RGW_ACCESS_KEY'),
    secretKey: readSecret(environment, 'RGW_SECRET_KEY'),
    caFile: variables.RGW_CA_FILE,
    connectTimeoutMs: Number(variables.RGW_CONNECT_TIMEOUT_MS ?? 5000),
    requestTimeoutMs: Number(variables.RGW_REQUEST_TIMEOUT_MS ?? 30_000),
    attempts: Number(variables.RGW_ATTEMPTS ?? 4),
    secretsInCleartext: variables.RGW_SECRETS_IN_CLEARTEXT === 'true',
    allowedEndpoints: list(variables.ALLOWED_ENDPOINTS),
    allowedReferences: list(variables.ALLOWED_REFERENCES) ?? [],
    /** What `${env:NAME}` in a document stands for. */
    lookUp: (name: string): string | undefined => environment[name],
  }
}
