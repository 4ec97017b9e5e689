import type { ServerResponse } from 'node:http'
import type { HostMetrics } from './host-metrics.ts'
import { type Refusal, refuse, statusOf } from './host-refusal.ts'
import type { LambdaReply } from './lambda-call.ts'

export type AnsweringOptions = {
  readonly functions: ReadonlyMap<string, unknown>
  readonly refusalDelayMs: number
  readonly metrics: HostMetrics
  /** Whether connections end with the answers that are sent now. */
  readonly isDraining: () => boolean
}

const DELAYED = new Set([401, 503])

/** Sends answers, a function's or the host's own. Those that a sender may repeat at once are held back first. */
export const createAnswering = ({ functions, refusalDelayMs, metrics, isDraining }: AnsweringOptions) => {
  const send = (response: ServerResponse, answer: LambdaReply | Refusal): void => {
    if (isDraining()) response.shouldKeepAlive = false
    if (typeof answer === 'string') refuse(response, answer, [...functions.keys()])
    else response.writeHead(answer.status, answer.headers).end(answer.body)
  }
  return (response: ServerResponse, answer: LambdaReply | Refusal): void => {
    if (typeof answer === 'string') metrics.refused(answer)
    const status = typeof answer === 'string' ? statusOf(answer) : answer.status
    if (DELAYED.has(status)) setTimeout(send, refusalDelayMs, response, answer)
    else send(response, answer)
  }
}
