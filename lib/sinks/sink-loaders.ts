import type { Sink } from '../core/sink.ts'
import { ConfigError, hasCode } from '../process/errors.ts'
import { arnOf } from './aws-batches.ts'
import type { HttpSinkOptions } from './http-sink.ts'
import { readParameters, SINK_PARAMETERS } from './sink-parameters.ts'
import { SINK_SCHEMES } from './sink-schemes.ts'

/** Returns what is wrong with the URL of a sink and its parameters. Undefined: nothing. Opens no sink. */
export const sinkFault = (url: URL): string | undefined => {
  if (['log:', 'http:', 'https:'].includes(url.protocol)) return undefined
  try {
    loaderOf(url)
    return undefined
  } catch (error) {
    if (hasCode<ConfigError>(error, 'config_invalid')) return error.message
    throw error
  }
}

/**
 * Finds the loader of the sink of a URL that is neither `log:` nor HTTP. These sinks stand in a file beside the bundle of a function
 * (lib/cli/files-beside.ts).
 *
 * @throws ConfigError for a scheme that there is no sink for, and for what the sink cannot have in its URL
 */
export const loaderOf = (url: URL): ((options: HttpSinkOptions) => Promise<Sink>) => {
  switch (url.protocol) {
    case 'file:': {
      const parameters = readParameters(url, SINK_PARAMETERS['file:'])
      if (url.host !== '') throw new ConfigError(NOT_A_PATH)
      return async (options) => (await import('./file-sink.ts')).createFileSink(url, parameters, options)
    }
    case 'amqp:':
    case 'amqps:': {
      const parameters = readParameters(url, SINK_PARAMETERS['amqp:'])
      return async (options) => (await import('./amqp-sink.ts')).createAmqpSink(url, parameters, options)
    }
    case 'redis:':
    case 'rediss:': {
      const parameters = readParameters(url, SINK_PARAMETERS['redis:'])
      return async (options) => (await import('./redis-sink.ts')).createRedisSink(url, parameters, options)
    }
    case 'nats:': {
      const parameters = readParameters(url, SINK_PARAMETERS['nats:'])
      return async (options) => (await import('./nats-sink.ts')).createNatsSink(url, parameters, options)
    }
    case 'kafka:': {
      const parameters = readParameters(url, SINK_PARAMETERS['kafka:'])
      return async (options) => (await import('./kafka-sink.ts')).createKafkaSink(url, parameters, options)
    }
    case 'arn:': {
      const parameters = readParameters(url, SINK_PARAMETERS['arn:'])
      const arn = arnOf(url)
      return async (options) => {
        if (arn.service === 'sqs') return (await import('./sqs-sink.ts')).createSqsSink(url, arn, parameters, options)
        if (arn.service === 'sns') return (await import('./sns-sink.ts')).createSnsSink(url, arn, parameters, options)
        return (await import('./eventbridge-sink.ts')).createEventBridgeSink(url, arn, parameters, options)
      }
    }
    default:
      throw new ConfigError(`there is no sink for ${url.protocol} URLs: use one of ${SINK_SCHEMES.join(' ')}`)
  }
}

const NOT_A_PATH = 'a file: URL has three slashes and an absolute path, such as file:///var/lib/tidings/events.ndjson'
