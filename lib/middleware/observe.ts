import type { Outcome } from '../delivery.ts'
import { toReason } from '../errors.ts'
import type { Logger } from '../log.ts'
import { createMeasures } from '../metrics.ts'
import type { Invocation, InvocationMiddleware } from './envelope.ts'

/** One log line and one set of measures for each delivery. Outermost, so that it sees how everything ended. */
export const observe = (functionName: string, log: Logger): InvocationMiddleware => {
  const measure = createMeasures(functionName)

  const finish = ({ startedAt, outcomes = [] }: Invocation): void => {
    const durationMs = performance.now() - (startedAt ?? performance.now())
    for (const outcome of outcomes) {
      measure(outcome, durationMs / 1000)
      report(log, outcome, Math.round(durationMs * 1000) / 1000)
    }
  }

  return {
    before: ({ internal }) => {
      internal.startedAt = performance.now()
    },
    after: ({ internal }) => finish(internal),
    onError: ({ internal }) => finish(internal),
  }
}

const report = (log: Logger, outcome: Outcome, durationMs: number): void => {
  switch (outcome.type) {
    case 'ack': {
      const { events, faults } = outcome
      if (faults.length === 0) log.debug({ outcome: 'ack', events, durationMs }, 'handled')
      else log.warn({ outcome: 'ack', events, deadLetters: faults.map(toReason), durationMs }, 'set aside in part')
      return
    }
    case 'answer':
      log.info({ outcome: 'answer', status: outcome.status, durationMs }, 'answered')
      return
    case 'reject':
      log.warn({ outcome: 'reject', error: outcome.error, durationMs }, 'refused')
      return
    case 'retry':
      log.error({ outcome: 'retry', error: outcome.error, durationMs }, 'to be sent again')
      return
  }
}
