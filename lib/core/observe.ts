import type { Invocation, InvocationMiddleware } from '../envelopes/platform-door.ts'
import { toReasons } from '../process/errors.ts'
import type { Logger } from '../process/log.ts'
import { createMeasures } from '../process/metrics.ts'
import { describeCaller } from './admission/caller.ts'
import type { Delivery, Outcome } from './delivery.ts'

/** One log line and one set of measures for each delivery. Outermost, so that it sees how everything ended. */
export const observe = (functionName: string, log: Logger): InvocationMiddleware => {
  const measure = createMeasures(functionName)

  const finish = ({ startedAt, opened, outcomes = [] }: Invocation): void => {
    const now = process.hrtime.bigint()
    const durationMs = Number(now - (startedAt ?? now)) / 1e6
    for (const [index, outcome] of outcomes.entries()) {
      measure(outcome, durationMs / 1000)
      const common = { function: functionName, durationMs: Math.round(durationMs * 1000) / 1000 }
      report(log, outcome, common, opened?.deliveries[index])
    }
  }

  return {
    before: ({ internal }) => {
      internal.startedAt = process.hrtime.bigint()
    },
    after: ({ internal }) => finish(internal),
    onError: ({ internal }) => finish(internal),
  }
}

type Common = { readonly function: string; readonly durationMs: number }

const report = (log: Logger, outcome: Outcome, common: Common, delivery: Delivery | undefined): void => {
  switch (outcome.type) {
    case 'ack': {
      const { events, faults, dropped } = outcome
      const fields = { ...common, outcome: 'ack', events, dropped }
      if (faults.length > 0) {
        const { reasons: deadLetters, ...count } = toReasons(faults)
        const isWhole = events.length === 0 && dropped.length === 0
        const message = isWhole ? 'set aside as a dead letter' : 'set aside in part as a dead letter'
        log.warn({ ...fields, deadLetters, ...count }, message)
      } else if (dropped.includes('duplicate')) log.info(fields, events.length === 0 ? SEEN_BEFORE : PARTLY_SEEN)
      else log.debug(fields, 'handled')
      return
    }
    case 'answer':
      log.info({ ...common, outcome: 'answer', status: outcome.status }, 'answered')
      return
    case 'reject':
      log.warn({ ...common, ...from(delivery), outcome: 'reject', error: outcome.error }, 'refused')
      return
    case 'retry':
      log.error({ ...common, outcome: 'retry', error: outcome.error }, 'to be sent again')
      return
  }
}

/** A person who tries the same notification twice reads here why no event follows. */
const SEEN_BEFORE =
  'seen before: this process has already handed these events on, and does not repeat them (DEDUPLICATE)'
const PARTLY_SEEN = 'handled; events that this process has already handed on are not repeated (DEDUPLICATE)'

const from = (delivery: Delivery | undefined): object =>
  delivery?.origin.kind === 'http' ? describeCaller(delivery.origin) : {}
