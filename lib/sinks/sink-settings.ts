import { HOUR_MS, oneOf, type Table, urlOf, type Values, wholeNumber } from '../process/settings.ts'
import { readCeOverrides } from './ce-overrides.ts'
import type { SinkOptions } from './open-sink.ts'
import { SINK_SCHEMES } from './sink-schemes.ts'
import { signingSecretsRule } from './webhook-signature.ts'

const sinkUrl = urlOf(SINK_SCHEMES, `https://example.org/events, with one of the schemes ${SINK_SCHEMES.join(' ')}`)

export const SINK_SETTINGS = {
  SINK_URL: {
    rule: sinkUrl,
    otherwise: '`K_SINK`, else `log:`',
    meaning:
      'Where events go: `log:` (stdout, one line of JSON each), an `http:` or `https:` URL, or one of [sinks.md](sinks.md).',
  },
  K_SINK: { rule: sinkUrl, meaning: "The same, as Knative's SinkBinding sets it." },
  // https://github.com/knative/specs/blob/main/specs/eventing/overview.md
  K_CE_OVERRIDES: {
    rule: {
      expected:
        'JSON such as {"extensions":{"cloud":"eu-1"}}, where each name has only lower-case letters and digits and is not an attribute of CloudEvents itself, and each value is a string',
      read: readCeOverrides,
    },
    meaning: "Extension attributes that every event leaves with, as Knative's SinkBinding sets them.",
  },
  SINK_MODE: {
    rule: oneOf('batch', 'structured', 'binary'),
    otherwise: '`batch`; with `K_SINK`: `structured`',
    meaning: 'How an HTTP sink gets its events ([below](#how-events-are-sent)).',
  },
  SINK_TIMEOUT_MS: {
    rule: wholeNumber(1, HOUR_MS),
    default: 5000,
    meaning: 'How long one attempt may take, in milliseconds.',
  },
  SINK_RETRIES: {
    rule: wholeNumber(0, 20),
    default: 2,
    meaning: 'Attempts after the first.',
  },
  SINK_SIGNING_SECRET: {
    rule: signingSecretsRule,
    meaning: 'HTTP sinks get requests that are signed by these ([sinks.md](sinks.md#signatures)).',
  },
  DEAD_LETTER_URL: {
    rule: sinkUrl,
    otherwise: "`log:`; for messages of the relay: the relay's own queue",
    meaning: 'Where dead letters go; `log:` is stderr.',
  },
} as const satisfies Table

export type SinkConfig = {
  readonly sink: { readonly url: URL; readonly options: SinkOptions }
  readonly deadLetterUrl: URL
  /** DEAD_LETTER_URL is not set, so dead letters go back to a sender that keeps them: the relay has a queue for them. */
  readonly returnsRefused: boolean
}

export const sinkConfig = (values: Values<typeof SINK_SETTINGS>): SinkConfig => ({
  sink: {
    url: values.SINK_URL ?? values.K_SINK ?? new URL('log:'),
    options: {
      mode: values.SINK_MODE ?? (values.SINK_URL === undefined && values.K_SINK ? 'structured' : 'batch'),
      timeoutMs: values.SINK_TIMEOUT_MS,
      retries: values.SINK_RETRIES,
      // A receiver that has never seen a batch must not get its first one under load.
      ...(values.SINK_MODE === 'batch' && { gathers: true }),
      ...(values.SINK_SIGNING_SECRET !== undefined && { signingSecrets: values.SINK_SIGNING_SECRET }),
      ...(values.K_CE_OVERRIDES !== undefined && { ceOverrides: values.K_CE_OVERRIDES }),
    },
  },
  deadLetterUrl: values.DEAD_LETTER_URL ?? new URL('log:'),
  returnsRefused: values.DEAD_LETTER_URL === undefined,
})
