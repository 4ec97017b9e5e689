import { type Access, createAccess, type Guard } from '../core/access.ts'
import type { Caller, Outcome } from '../core/delivery.ts'
import { type Door, doorOf } from '../core/door.ts'
import { createObserve } from '../core/observe.ts'
import { outcomeOf } from '../core/verdicts.ts'
import { openHttp, replyTo } from '../envelopes/http-reply.ts'
import { type FunctionHandler, invoke } from '../kit/function.ts'
import type { Logger } from '../process/log.ts'
import { NEVER } from '../process/unless-aborted.ts'
import { type LambdaReply, toLambdaContext, toReply, toUrlEvent } from './lambda-call.ts'

/** A function as the host serves it. */
export type Served = {
  /** Who may call it. The host asks before it reads a body; `answer` asks again. */
  readonly access: Access
  /** Whether it also reads the bodies of requests other than POST. */
  readonly takesAnyMethod: boolean
  answer(caller: Caller, body: Buffer): Promise<LambdaReply>
}

export type ServedOptions = {
  readonly name: string
  readonly handler: FunctionHandler
  readonly log: Logger
  /** For a handler that does not say who may call it. */
  readonly tokens: readonly string[]
  readonly withoutToken: Guard
}

/**
 * By its door, where it has one. Others are called as Lambda's function URL calls them.
 *
 * @throws ConfigError where the function configures itself now, and the environment does not describe a working setup
 */
export const toServed = (options: ServedOptions): Served => {
  const door = doorOf(options.handler)
  return door === undefined ? throughPlatform(options) : throughDoor(door)
}

const throughDoor = ({ access, deliver }: Door): Served => ({
  access,
  takesAnyMethod: false,
  answer: async ({ headers, origin }, body) => {
    const { method, path, query, sourceIp } = origin
    const { deliveries, seal } = openHttp({ method, path, query, sourceIp, headers, body }, (reply) => reply)
    // A request has no deadline here, so nothing aborts.
    return seal(await deliver(deliveries, NEVER))
  },
})

/** A tidings function inside another handler refuses callers, and counts its deliveries, itself. */
const throughPlatform = ({ name, handler, log, tokens, withoutToken }: ServedOptions): Served => {
  const call = async (caller: Caller, body: Buffer): Promise<LambdaReply> =>
    toReply(await invoke(handler, toUrlEvent(caller, body), toLambdaContext(name)), caller.headers)
  if (handler.access !== undefined) return { access: handler.access, takesAnyMethod: true, answer: call }

  const access = createAccess(tokens, withoutToken)
  const observe = createObserve(name, log)
  return {
    access,
    takesAnyMethod: true,
    answer: async (caller, body) => {
      const startedAt = process.hrtime.bigint()
      const tell = (outcome: Outcome): void => observe([outcome], [{ ...caller, body }], startedAt)
      try {
        const refusal = access.refusalOf(caller)
        if (refusal !== undefined) throw refusal
        const reply = await call(caller, body)
        tell({ type: 'answer', status: reply.status, document: {} })
        return reply
      } catch (error) {
        const outcome = outcomeOf(error)
        tell(outcome)
        return replyTo(outcome, caller.headers.accept ?? '')
      }
    },
  }
}
