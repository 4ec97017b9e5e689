import type { ConsumeMessage } from 'amqplib'
import { ConfigError } from '../../process/errors.ts'
import type { Environment } from '../../process/settings.ts'
import { HEADERS, toReceived } from '../broker/copy.ts'
import { toRequest } from '../invoke/invoke-http.ts'
import type { Source } from '../options.ts'
import { readSources } from '../settings/source-config.ts'
import { type DeadLetterQueue, withDeadLetters } from './dead-letters.ts'
import { showDeadLetter, toDeadLetter } from './describe-dead-letter.ts'
import { type Letter, type Letters, letterOfMessage } from './letter.ts'

/** The dead-letter queue of a relay: whatever lies there is a dead letter. */
export const lettersOfRelay = (queue: DeadLetterQueue, source: Source): Letters => ({
  ...lettersIn(queue, source, letterOfRelay),
  count: queue.count,
})

const lettersIn = ({ name, walk }: DeadLetterQueue, source: Source, letterOf: Read): Letters => ({
  name: `queue ${name} of vhost ${source.vhost}`,
  walk: async (visit) => {
    let index = 0
    let skipped = 0
    await walk(async (message) => {
      const letter = letterOf(message, index, source)
      if (letter === undefined) {
        skipped++
        return 'back'
      }
      index++
      return visit(letter)
    }, 1)
    return skipped
  },
})

type Read = (message: ConsumeMessage, index: number, source: Source) => Letter | undefined

/** A letter of a function, or a message that a relay or the broker put there. */
const letterOfAny: Read = (message, index, source) => {
  const headers: Readonly<Record<string, unknown>> = message.properties.headers ?? {}
  const ofFunction = letterOfMessage(
    { headers: new Map(Object.entries(headers)), body: message.content, prefix: 'cloudEvents:' },
    index,
  )
  if (ofFunction !== undefined) return ofFunction
  const isOfQueue = headers[HEADERS.reason] !== undefined || headers['x-death'] !== undefined
  return isOfQueue ? letterOfRelay(message, index, source) : undefined
}

const letterOfRelay: Read = (message, index, source) => {
  const deadLetter = toDeadLetter(message, index, source)
  return {
    deadLetter,
    shown: () => showDeadLetter(message, deadLetter),
    request: () => toRequest(toReceived(message, source).message),
  }
}

/**
 * The letters of the queue that a URL names by its parameter `queue`. One that was redriven is acked.
 *
 * @param flags those of a source, such as the files of TLS
 * @throws ConfigError when there is no such queue
 * @throws BrokerError when the broker does not answer
 */
export const withQueueLetters = async <Result>(
  url: URL,
  { env, flags }: { readonly env: Environment; readonly flags: Environment },
  use: (letters: Letters) => Promise<Result>,
): Promise<Result> => {
  const queue = url.searchParams.get('queue')
  if (queue === null || queue === '')
    throw new ConfigError(
      `name the queue that has the dead letters: ${url.protocol}//${url.host}${url.pathname}?queue=…`,
    )
  const ca = url.searchParams.get('ca')
  const bare = new URL(url)
  // The remaining parameters belong to a source. These are parameters of the sink that wrote the letters.
  for (const name of ['queue', 'ca', 'exchange', 'mode', 'mandatory']) bare.searchParams.delete(name)
  const [source] = readSources(env, {
    ...(ca !== null && { AMQP_CA_FILE: ca }),
    ...flags,
    AMQP_URL: bare.href,
    RELAY_QUEUE_DECLARED: queue,
  })
  if (source === undefined) throw new ConfigError('the URL names no broker')
  return withDeadLetters(source, (open) => use(lettersIn(open, source, letterOfAny)), queue)
}
