import { connectRedis } from '../../sinks/redis-sink.ts'
import { readParameters, SINK_PARAMETERS } from '../../sinks/sink-parameters.ts'
import { BrokerError, COMMAND_TIMEOUT_MS } from './dead-letters.ts'
import { type Letters, parsed, toLetter } from './letter.ts'

const PAGE = 100

/**
 * The letters of a stream of Redis. One that was redriven is deleted from the stream.
 *
 * @throws BrokerError when Redis does not answer, or answers with an error
 */
export const withRedisLetters = async <Result>(
  url: URL,
  use: (letters: Letters) => Promise<Result>,
): Promise<Result> => {
  const { stream, ca } = readParameters(url, SINK_PARAMETERS['redis:'])
  const name = `stream ${stream} of ${url.protocol}//${url.host}`
  const away = (cause: unknown): never => {
    throw new BrokerError(`${name}: ${cause instanceof Error ? cause.message : 'no answer'}`, { cause })
  }
  const redis = await connectRedis(url, ca, COMMAND_TIMEOUT_MS, () => {}).catch(away)
  try {
    const walk: Letters['walk'] = async (visit) => {
      const [last] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1).catch(away)
      let index = 0
      let skipped = 0
      for (let from = '-'; last !== undefined; ) {
        const page = await redis.xrange(stream, from, last[0], 'COUNT', PAGE).catch(away)
        for (const [id, fields] of page) {
          const letter = toLetter(parsed(fields[fields.indexOf('event') + 1] ?? ''), index)
          if (letter === undefined) {
            skipped++
            continue
          }
          index++
          const verdict = await visit(letter)
          if (verdict === 'stop') return skipped
          if (verdict === 'out') await redis.xdel(stream, id).catch(away)
        }
        const end = page.at(-1)
        if (end === undefined) break
        from = `(${end[0]}`
      }
      return skipped
    }
    return await use({ name, walk })
  } finally {
    redis.disconnect()
  }
}
