import type { Sink } from '../core/sink.ts'
import { ConfigError } from '../process/errors.ts'
import { arnOf } from './aws-batches.ts'
import { type CeOverrides, withCeOverrides } from './ce-overrides.ts'
import type { HttpSinkOptions } from './http-sink.ts'
import { createLogSink } from './log-sink.ts'
import { readParameters, SINK_PARAMETERS, SINK_SCHEMES } from './sink-parameters.ts'

export type SinkOptions = HttpSinkOptions & { readonly ceOverrides?: CeOverrides }

/**
 * Opens the sink that a URL names.
 *
 * @param fileDescriptor where `log:` writes
 * @throws ConfigError for a scheme that there is no sink for, and for a parameter that the sink does not have
 */
export const openSink = (url: URL, fileDescriptor: number, options: SinkOptions): Sink => {
  const sink = openPlain(url, fileDescriptor, options)
  return options.ceOverrides === undefined ? sink : withCeOverrides(sink, options.ceOverrides)
}

const openPlain = (url: URL, fileDescriptor: number, options: HttpSinkOptions): Sink => {
  switch (url.protocol) {
    case 'log:':
      return openLater(async () => createLogSink(fileDescriptor))
    case 'http:':
    case 'https:':
      return openLater(async () => (await import('./http-sink.ts')).createHttpSink(url, options))
    case 'file:': {
      const parameters = readParameters(url, SINK_PARAMETERS['file:'])
      return openLater(async () => (await import('./file-sink.ts')).createFileSink(url, parameters, options))
    }
    case 'amqp:':
    case 'amqps:': {
      const parameters = readParameters(url, SINK_PARAMETERS['amqp:'])
      return openLater(async () => (await import('./amqp-sink.ts')).createAmqpSink(url, parameters, options))
    }
    case 'redis:':
    case 'rediss:': {
      const parameters = readParameters(url, SINK_PARAMETERS['redis:'])
      return openLater(async () => (await import('./redis-sink.ts')).createRedisSink(url, parameters, options))
    }
    case 'nats:': {
      const parameters = readParameters(url, SINK_PARAMETERS['nats:'])
      return openLater(async () => (await import('./nats-sink.ts')).createNatsSink(url, parameters, options))
    }
    case 'kafka:': {
      const parameters = readParameters(url, SINK_PARAMETERS['kafka:'])
      return openLater(async () => (await import('./kafka-sink.ts')).createKafkaSink(url, parameters, options))
    }
    case 'arn:': {
      const parameters = readParameters(url, SINK_PARAMETERS['arn:'])
      const arn = arnOf(url)
      return openLater(async () => {
        if (arn.service === 'sqs') return (await import('./sqs-sink.ts')).createSqsSink(url, arn, parameters, options)
        if (arn.service === 'sns') return (await import('./sns-sink.ts')).createSnsSink(url, arn, parameters, options)
        return (await import('./eventbridge-sink.ts')).createEventBridgeSink(url, arn, parameters, options)
      })
    }
    default:
      throw new ConfigError(`there is no sink for ${url.protocol} URLs: use one of ${SINK_SCHEMES.join(' ')}`)
  }
}

/** Loads what a sink needs with its first event, so that a cold start pays only for the sink that is used. */
const openLater = (load: () => Promise<Sink>): Sink => {
  let opened: Promise<Sink> | undefined
  return {
    deliver: async (events, signal, settle) => {
      opened ??= load()
      return (await opened).deliver(events, signal, settle)
    },
    close: async () => (await opened)?.close?.(),
  }
}
