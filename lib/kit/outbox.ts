import { createLogger } from '../process/log.ts'
import { openSink } from '../sinks/open-sink.ts'
import { createRoutedSink, type RoutedSink } from '../sinks/routes/route-events.ts'
import type { Config } from './config.ts'

const STDOUT = 1

/** Where events go by the configuration: to one sink, or to those of the routes. */
export const openOutbox = ({ sink: { url, options }, routes }: Config, name: string): RoutedSink =>
  routes === undefined
    ? { ...openSink(url, STDOUT, options), wants: () => true }
    : createRoutedSink(routes, {
        log: createLogger(name),
        open: (target) =>
          openSink(target.url, STDOUT, {
            ...options,
            ...(target.mode !== undefined && { mode: target.mode, gathers: target.mode === 'batch' }),
            timeoutMs: target.timeoutMs ?? options.timeoutMs,
            retries: target.retries ?? options.retries,
          }),
      })
