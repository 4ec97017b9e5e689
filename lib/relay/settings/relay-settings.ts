import { got, schemeHint } from '../../process/did-you-mean.ts'
import { HOUR_MS, type Rule, secret, type Table, text, trueOrFalse, wholeNumber } from '../../process/settings.ts'
import { BROKER_SETTINGS, flagOf, SOURCE_SETTINGS } from './source-settings.ts'

const DAY_MS = 24 * HOUR_MS
const MAX_BYTES = 4_000_000_000

const invokeTarget: Rule<URL | `lambda:${string}`> = {
  expected: 'http://…, https://… or lambda:NAME',
  read: (given) => {
    if (/^lambda:./.test(given)) return given as `lambda:${string}` // By that expression.
    return /^https?:\/\/[^/]/.test(given) ? (URL.parse(given) ?? undefined) : undefined
  },
  mayHoldSecret: true,
  hint: (given) =>
    /^[\w-]{1,64}$/.test(given) ? `${got(given)}: did you mean lambda:${given}?` : schemeHint(given, 'http:'),
}

/** Settings of the whole relay. */
export const RELAY_SETTINGS = {
  FUNCTION: {
    rule: text,
    otherwise: '`openstack-notifications`',
    meaning: 'The function that runs inside the relay.',
  },
  RELAY_INVOKE: {
    rule: invokeTarget,
    otherwise: 'the function inside the relay',
    meaning: 'A function that runs elsewhere: `http://…`, `https://…` or `lambda:NAME`.',
  },
  RELAY_INVOKE_TOKEN: { rule: secret, meaning: 'The token that the relay shows to a function behind HTTP.' },
  RELAY_INVOKE_TIMEOUT_MS: {
    rule: wholeNumber(1, DAY_MS),
    default: 60_000,
    meaning: 'How long one call of the function may take, in milliseconds, also inside the relay.',
  },
  RELAY_BATCH_SIZE: {
    rule: wholeNumber(1, 10_000),
    default: 100,
    meaning: 'The most messages that the relay hands over at once.',
  },
  RELAY_LINGER_MS: {
    rule: wholeNumber(0, 60_000),
    default: 50,
    meaning: 'How long a batch waits to fill, in milliseconds.',
  },
  RELAY_CONCURRENCY: {
    rule: wholeNumber(1, 1000),
    default: 1,
    meaning: 'How many batches of each source are under way at once.',
  },
  RELAY_ORDERED: {
    rule: trueOrFalse,
    default: false,
    meaning: '`true`: a message goes to the function only after all messages before it are settled.',
  },
  RELAY_PREFETCH: {
    // AMQP has 16 bits for it, and 0 would mean no limit.
    rule: wholeNumber(1, 65_535),
    otherwise: '2 × batch size × concurrency',
    meaning: 'The most unsettled messages of each source that the relay holds.',
  },
  RELAY_BYTES_IN_HAND: {
    rule: wholeNumber(1, MAX_BYTES),
    default: 33_554_432,
    meaning:
      'The most bytes of unsettled messages of each source that the relay holds; one message alone may be larger.',
  },
  RELAY_MAX_MESSAGE_BYTES: {
    rule: wholeNumber(1, MAX_BYTES),
    default: 33_554_432,
    meaning: 'A message with a larger body becomes a dead letter, unread.',
  },
  RELAY_ATTEMPTS: {
    rule: wholeNumber(1, 1000),
    default: 10,
    meaning: 'How often a message is tried, the first time included, before it becomes a dead letter.',
  },
  RELAY_RETRY_FIRST_DELAY_MS: {
    rule: wholeNumber(1, DAY_MS),
    default: 1000,
    meaning:
      'How long a message waits before its second attempt, in milliseconds; each further delay is four times as long.',
  },
  RELAY_RETRY_MAX_DELAY_MS: {
    rule: wholeNumber(1, DAY_MS),
    default: 300_000,
    meaning: 'The longest such delay, in milliseconds.',
  },
  RELAY_REBIND_MS: {
    rule: wholeNumber(100, DAY_MS),
    default: 30_000,
    meaning: 'How often the relay makes the bindings again and reads how long the queue is, in milliseconds.',
  },
  RELAY_DRAIN_MS: {
    rule: wholeNumber(0, HOUR_MS),
    default: 25_000,
    meaning: 'How long a stop waits for what is under way, in milliseconds; set less than your platform waits.',
  },
  PORT: {
    rule: wholeNumber(0, 65_535),
    otherwise: 'none',
    meaning: 'The port of probes and metrics; `0` is any free one.',
  },
} as const satisfies Table

/** Every setting that a flag can give: its variable, by its flag. A token has none, since others see it in the list of processes. */
export const VARIABLE_OF_FLAG: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys({ ...BROKER_SETTINGS, ...SOURCE_SETTINGS, ...RELAY_SETTINGS })
    .filter((name) => name !== 'RELAY_INVOKE_TOKEN')
    .map((name) => [flagOf(name), name]),
)

/** Settings whose flag takes no value. */
export const SWITCHES: readonly string[] = Object.entries(RELAY_SETTINGS)
  .filter(([, { rule }]) => rule === trueOrFalse)
  .map(([name]) => flagOf(name))
