import { ConfigError } from '../../process/errors.ts'
import type { Environment } from '../../process/settings.ts'
import type { Letters } from './letter.ts'

/** The schemes of the sinks that can be read again. */
export const LETTER_SCHEMES = ['file:', 'kafka:', 'redis:', 'rediss:', 'amqp:', 'amqps:'] as const

/**
 * Opens the dead letters at a URL, as the setting DEAD_LETTER_URL has it, for as long as `use` takes. Each service's client is
 * loaded with its first use.
 *
 * @param given the environment and the flags of a source, for RabbitMQ
 * @throws ConfigError for a URL that cannot be read, and when there is no such file, topic or queue
 * @throws BrokerError when the service does not answer
 */
export const withLetters = async <Result>(
  url: URL,
  given: { readonly env: Environment; readonly flags: Environment },
  use: (letters: Letters) => Promise<Result>,
): Promise<Result> => {
  switch (url.protocol) {
    case 'file:':
      return (await import('./file-letters.ts')).withFileLetters(url, use)
    case 'kafka:':
      return (await import('./kafka-letters.ts')).withKafkaLetters(url, use)
    case 'redis:':
    case 'rediss:':
      return (await import('./redis-letters.ts')).withRedisLetters(url, use)
    case 'amqp:':
    case 'amqps:':
      return (await import('./queue-letters.ts')).withQueueLetters(url, given, use)
    default:
      throw new ConfigError(
        `this command cannot read dead letters at ${url.protocol} URLs, it reads ${LETTER_SCHEMES.join(' ')}: read them where that sink puts them`,
      )
  }
}
