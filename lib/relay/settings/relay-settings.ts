import { anyText, list, oneOf, type Rule, wholeNumber } from '../../process/variables.ts'

const DAY_MS = 86_400_000

/** Not a reserved name, and not too long for AMQP's short string. */
const queueName: Rule = {
  holds: (value) => value.trim() !== '' && Buffer.byteLength(value) <= 200 && !value.startsWith('amq.'),
  remedy: 'use a name of up to 200 bytes that does not begin with amq.',
}
const names: Rule = { holds: (value) => (list(value) ?? []).length > 0, remedy: 'use names separated by commas' }

/** Settings of one source. They may stand in the query of its URL too, by the name of the flag with `_` for `-`. */
export const SOURCE_RULES = {
  RELAY_QUEUE: queueName,
  RELAY_QUEUE_DECLARED: queueName,
  RELAY_QUEUE_TYPE: oneOf('quorum', 'classic'),
  RELAY_EXCHANGES: names,
  RELAY_BINDING_KEYS: names,
  RELAY_COMPAT: names,
  RELAY_QUEUE_TTL_MS: wholeNumber(1000, 30 * DAY_MS, 3 * DAY_MS),
  RELAY_QUEUE_MAX_LENGTH: wholeNumber(1, 1_000_000_000, 1_000_000),
  RELAY_QUEUE_OVERFLOW: oneOf('drop-head', 'reject-publish'),
  RELAY_DELIVERY_LIMIT: wholeNumber(1, 1_000_000, 20),
  AMQP_HEARTBEAT_SECONDS: wholeNumber(0, 3600, 60),
  AMQP_CA_FILE: anyText,
  AMQP_CERT_FILE: anyText,
  AMQP_KEY_FILE: anyText,
  AMQP_SERVER_NAME: anyText,
} as const

/** Settings of the whole relay. */
export const RELAY_RULES = {
  RELAY_INVOKE: {
    holds: (value) => /^(https?:\/\/[^/]|lambda:.)/.test(value) && (value.startsWith('lambda:') || URL.canParse(value)),
    remedy: 'use http://…, https://… or lambda:NAME; without it, the function runs inside the relay',
  },
  RELAY_INVOKE_TIMEOUT_MS: wholeNumber(1, DAY_MS, 60_000),
  RELAY_BATCH_SIZE: wholeNumber(1, 10_000, 100),
  RELAY_LINGER_MS: wholeNumber(0, 60_000, 50),
  RELAY_CONCURRENCY: wholeNumber(1, 1000, 1),
  RELAY_ORDERED: oneOf('true', 'false'),
  // AMQP has 16 bits for it, and 0 would be no limit.
  RELAY_PREFETCH: wholeNumber(1, 65_535, 200),
  RELAY_BYTES_IN_HAND: wholeNumber(1, 4_000_000_000, 33_554_432),
  RELAY_MAX_MESSAGE_BYTES: wholeNumber(1, 4_000_000_000, 33_554_432),
  RELAY_ATTEMPTS: wholeNumber(1, 1000, 10),
  RELAY_RETRY_FIRST_DELAY_MS: wholeNumber(1, DAY_MS, 1000),
  RELAY_RETRY_MAX_DELAY_MS: wholeNumber(1, DAY_MS, 300_000),
  RELAY_REBIND_MS: wholeNumber(100, DAY_MS, 30_000),
  RELAY_DRAIN_MS: wholeNumber(0, 3_600_000, 25_000),
  FUNCTION: anyText,
  PORT: wholeNumber(0, 65_535, 8080),
} satisfies Readonly<Record<string, Rule>>

export type SourceSetting = keyof typeof SOURCE_RULES
export type RelaySetting = keyof typeof RELAY_RULES

/** `RELAY_QUEUE_TYPE` is `--queue-type`, `AMQP_URL` is `--url`, `PORT` is `--port`. */
export const flagOf = (variable: string): string =>
  variable
    .replace(/^(RELAY|AMQP)_/, '')
    .toLowerCase()
    .replaceAll('_', '-')

/** Every setting that a flag can give: its variable, by its flag. */
export const VARIABLE_OF_FLAG: Readonly<Record<string, string>> = Object.fromEntries(
  ['AMQP_URL', ...Object.keys(SOURCE_RULES), ...Object.keys(RELAY_RULES)].map((name) => [flagOf(name), name]),
)

/** Settings whose flag takes no value. */
export const SWITCHES: readonly string[] = ['ordered']

/** As others call a setting in a URL: RabbitMQ's URI query parameters, and oslo.messaging's options. */
export const QUERY_ALIASES: Readonly<Record<string, SourceSetting>> = {
  heartbeat: 'AMQP_HEARTBEAT_SECONDS',
  heartbeat_timeout_threshold: 'AMQP_HEARTBEAT_SECONDS',
  ssl_ca_file: 'AMQP_CA_FILE',
  cacertfile: 'AMQP_CA_FILE',
  ssl_cert_file: 'AMQP_CERT_FILE',
  certfile: 'AMQP_CERT_FILE',
  ssl_key_file: 'AMQP_KEY_FILE',
  keyfile: 'AMQP_KEY_FILE',
  server_name_indication: 'AMQP_SERVER_NAME',
}

/** Options of oslo.messaging that say how a service publishes. They come along with a transport_url, and mean nothing here. */
export const IGNORED_IN_QUERY =
  /^(ssl|ssl_version|ssl_enforce_fips_mode|(rabbit|kombu|amqp|rpc|conn_pool|heartbeat)_\w+|hostname|processname|use_queue_manager|direct_mandatory_flag|enable_cancel_on_failover)$/
