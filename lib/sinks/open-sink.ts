import type { Sink } from '../core/sink.ts'
import { atShutdown } from '../process/at-shutdown.ts'
import { type CeOverrides, withCeOverrides } from './ce-overrides.ts'
import type { HttpSinkOptions } from './http-sink.ts'
import { createLogSink } from './log-sink.ts'
import { loaderOf } from './sink-loaders.ts'

export type SinkOptions = HttpSinkOptions & { readonly ceOverrides?: CeOverrides }

/**
 * Opens the sink that a URL names.
 *
 * @param fileDescriptor where `log:` writes
 * @throws ConfigError for a scheme that there is no sink for, and for what the sink cannot have in its URL
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
    default: {
      const load = loaderOf(url)
      return openLater(() => load(options))
    }
  }
}

/** Loads what a sink needs with its first event, so that a cold start pays only for the sink that is used. */
const openLater = (load: () => Promise<Sink>): Sink => {
  let opened: Promise<Sink> | undefined
  const close = async (): Promise<void> => (await opened)?.close?.()
  atShutdown(close)
  return {
    deliver: async (events, signal, settle) => {
      opened ??= load()
      return (await opened).deliver(events, signal, settle)
    },
    close,
  }
}
