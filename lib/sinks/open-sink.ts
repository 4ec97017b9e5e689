import type { Sink } from '../core/sink.ts'
import { ConfigError } from '../process/errors.ts'
import { type CeOverrides, withCeOverrides } from './ce-overrides.ts'
import type { HttpSinkOptions } from './http-sink.ts'
import { createLogSink } from './log-sink.ts'

export const SINK_SCHEMES = ['log:', 'http:', 'https:'] as const

export type SinkOptions = HttpSinkOptions & { readonly ceOverrides?: CeOverrides }

/**
 * Opens the sink that a URL names.
 *
 * @param fileDescriptor where `log:` writes
 * @throws ConfigError for a scheme that there is no sink for
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
  }
}
