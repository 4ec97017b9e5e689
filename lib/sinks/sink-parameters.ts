import { MESSAGE_MODES } from '../cloudevents/prefixed-message.ts'
import { suggestion } from '../process/did-you-mean.ts'
import { ConfigError } from '../process/errors.ts'
import {
  oneOf,
  path,
  type Rule,
  readSettings,
  type Table,
  text,
  trueOrFalse,
  urlOf,
  type Values,
  wholeNumber,
} from '../process/settings.ts'
import { KEYS } from './partition-key.ts'

const UNITS: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 }

const bytes: Rule<number> = {
  expected: 'a size such as 500kB, 100MB or 2GB',
  read: (text) => {
    const [, count = '', unit = ''] = /^([1-9]\d{0,5})(kB|MB|GB)$/.exec(text) ?? []
    return count === '' ? undefined : Number(count) * (UNITS[unit] ?? 1)
  },
}

const mode = {
  rule: oneOf(...MESSAGE_MODES),
  default: 'binary',
  meaning: '`binary`: attributes are headers and the body is the data. `structured`: the body is the event as JSON.',
} as const
const ca = { rule: path, meaning: 'With TLS: a file with the certificates of the authorities that are trusted (PEM).' }

/** The parameters that the URLs of sinks may have. They stand apart from the sinks, so that they can be checked before one is loaded. */
export const SINK_PARAMETERS = {
  'file:': {
    maxSize: { rule: bytes, meaning: 'A file that would become larger is renamed, and a new one begins.' },
    rotate: {
      rule: oneOf('never', 'day'),
      default: 'never',
      meaning: '`day`: the file is renamed with the first event of a day (UTC).',
    },
    sync: {
      rule: oneOf('always', 'never'),
      default: 'always',
      meaning: '`always`: an event counts as taken once it is on the disk (fsync). `never`: once the system has it.',
    },
  },
  'amqp:': {
    exchange: {
      rule: text,
      default: 'events',
      meaning: 'The topic exchange. If it does not exist, the sink declares a durable one.',
    },
    mode,
    mandatory: {
      rule: trueOrFalse,
      default: true,
      meaning: '`true`: an event for which no queue is bound is not taken. `false`: the broker drops it.',
    },
    ca,
  },
  'redis:': {
    stream: { rule: text, default: 'events', meaning: 'The key of the stream.' },
    maxLength: {
      rule: wholeNumber(1, 4_294_967_295),
      meaning: 'Redis removes the oldest entries beyond about this many (`MAXLEN ~`).',
    },
    ca,
  },
  'nats:': {
    subject: { rule: text, default: 'events', meaning: 'The first part of the subject. The type follows after a dot.' },
    mode,
    tls: { rule: trueOrFalse, default: false, meaning: '`true`: the connection must have TLS.' },
    ca,
  },
  'kafka:': {
    key: {
      rule: oneOf(...KEYS),
      meaning:
        'Which events share a partition, and so an order: those of one `subject`, of one `object` (source and subject), or of one `project`. Without it, no order is kept across partitions.',
    },
    mode,
    sasl: {
      rule: oneOf('PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'),
      default: 'SCRAM-SHA-512',
      meaning: 'How the user of the URL logs in.',
    },
    tls: { rule: trueOrFalse, default: false, meaning: '`true`: the connection must have TLS.' },
    ca,
  },
  'arn:': {
    endpoint: {
      rule: urlOf(['http:', 'https:'], 'https://sqs.example.org'),
      meaning: 'Where the service is, if not at AWS.',
    },
    group: {
      rule: oneOf(...KEYS),
      default: 'subject',
      meaning:
        'With FIFO: which events share a group, and so an order. An event without this attribute is in the group of its source.',
    },
  },
} as const satisfies Readonly<Record<string, Table>>

export type Parameters<Scheme extends keyof typeof SINK_PARAMETERS> = Values<(typeof SINK_PARAMETERS)[Scheme]>

/**
 * The parameters of a URL, with their defaults.
 *
 * @throws ConfigError for a parameter that the scheme does not have, or a value that it must not have
 */
export const readParameters = <Of extends Table>(url: URL, table: Of): Values<Of> => {
  const given = Object.fromEntries(url.searchParams)
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(table, name)) continue
    const known = Object.keys(table)
    const use = known.length === 0 ? 'leave it out' : `use ${known.join(', ')}`
    throw new ConfigError(
      `the ${url.protocol} sink has no parameter '${name.slice(0, 40)}': ${use}.${suggestion(name, known)}`,
    )
  }
  try {
    return readSettings(table, given)
  } catch (error) {
    throw new ConfigError(
      `the parameters of the ${url.protocol} sink: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    )
  }
}
