import { createLogger } from '../process/log.ts'

/**
 * Ends the process on an unhandled error: a promise that a handler does not await, or a callback of its own, has failed. Node.js would
 * end it as well, but print the error with the secrets in it. Messages under way come again, because nobody has acked them.
 */
export const endOnUncaught = (): Disposable => {
  const end = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void => {
    const what =
      origin === 'unhandledRejection' ? 'a promise that nothing awaits has failed' : 'nothing caught an error'
    createLogger('host').error({ error }, `${what}, so the process ends: await it, or catch its error`)
    process.exit(1)
  }
  process.on('uncaughtException', end)
  return { [Symbol.dispose]: () => void process.off('uncaughtException', end) }
}
