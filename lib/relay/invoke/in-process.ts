import { randomUUID } from 'node:crypto'
import type { FunctionHandler } from '../../function.ts'
import type { Invoke } from '../message.ts'
import { batchEvent } from './batch-event.ts'
import { readPartialAnswer } from './partial-answer.ts'

/**
 * Calls a function of this process.
 *
 * @throws what the function throws, which is about all messages of the batch
 */
export const createInProcessInvoke =
  (functionName: string, handler: FunctionHandler): Invoke =>
  async (messages) => {
    const context = { functionName, awsRequestId: randomUUID() }
    return readPartialAnswer(messages, await handler(batchEvent(messages), context))
  }
