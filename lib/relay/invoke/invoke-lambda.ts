import { homedir } from 'node:os'
import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda'
import type { Invoke, RelayMessage, Verdict } from '../relay-message.ts'
import { batchEvent, readPartialAnswer } from './batch-event.ts'
import { withinTime } from './within-time.ts'

export type LambdaTarget = {
  /** Name, name and qualifier, or ARN. */
  readonly functionName: string
  /** The limit of one call. */
  readonly timeoutMs: number
  /** No further part of a batch is sent once a message is to be sent again. */
  readonly ordered?: boolean
}

/** Lambda takes 6 MB a call (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MAX_PAYLOAD_BYTES = 6_291_456

/** The batch's frame: the event's name, and that of the queue, which AMQP limits to 255 bytes (3 to an escaped one's 1). */
const FRAME_BYTES = 4096

type Part = { readonly messages: readonly RelayMessage[]; readonly bytes: number }

/**
 * Hands batches to a Lambda function, as Lambda's own RabbitMQ trigger would; the answer names the messages to send again.
 * The SDK reads address and credentials from the environment: AWS_REGION, AWS_ENDPOINT_URL_LAMBDA and the usual credentials.
 *
 * @param given options of the client, instead of those that the SDK finds out
 */
export const createLambdaInvoke = (
  { functionName, timeoutMs, ordered = false }: LambdaTarget,
  given: LambdaClientConfig = {},
): Invoke => {
  ensureHome()
  // One try each: the relay itself holds what could not be asked, and comes back.
  const client = new LambdaClient({ maxAttempts: 1, ...given })

  const ask = async (messages: readonly RelayMessage[], signal: AbortSignal): Promise<readonly Verdict[]> => {
    const Payload = JSON.stringify(batchEvent(messages, ordered))
    try {
      const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'RequestResponse', Payload })
      const { FunctionError, Payload: reply } = await client.send(command, { abortSignal: signal })
      const answer = parsed(reply)
      if (FunctionError === undefined) return readPartialAnswer(messages, answer)
      // It ran and failed, over one of them or over every one: the relay finds out which.
      return messages.map(() => ({ type: 'retry', reason: `the function failed: ${errorTypeOf(answer)}` }))
    } catch (error) {
      if (messages.length === 1 && error instanceof Error && error.name === 'RequestTooLargeException')
        return [{ type: 'reject', reason: TOO_LARGE }]
      throw error
    }
  }

  return async (messages, signal) => {
    const verdicts = new Map<RelayMessage, Verdict>()
    let isStopped = false
    for (const { messages: part, bytes } of split(messages)) {
      if (isStopped) break
      if (part.length === 1 && bytes > MAX_PAYLOAD_BYTES - FRAME_BYTES) {
        for (const message of part) verdicts.set(message, { type: 'reject', reason: TOO_LARGE })
        continue
      }
      try {
        const answers = await withinTime(timeoutMs, part, signal, (inTime) => ask(part, inTime))
        if (ordered && answers.some(({ type }) => type === 'retry')) isStopped = true
        part.forEach((message, index) => {
          verdicts.set(
            message,
            answers[index] ?? { type: 'retry', reason: 'the function did not answer for this message' },
          )
        })
      } catch (error) {
        // Without any verdict no message is to blame. Otherwise the verdicts so far must hold.
        if (verdicts.size === 0 || signal.aborted) throw error
        break
      }
    }
    return messages.map(
      (message) =>
        verdicts.get(message) ?? { type: 'retry', reason: 'not tried, as a message before it was not handled' },
    )
  }
}

/** The SDK looks for ~/.aws before any request, and fails where the user of a container has no home folder. */
const ensureHome = (): void => {
  try {
    homedir()
  } catch {
    process.env.HOME = '/nonexistent'
  }
}

const TOO_LARGE = 'the message is larger than what Lambda takes'

/** Parts of a batch, in order, of which each fits into one call; a message that fits into none is alone. */
const split = (messages: readonly RelayMessage[]): readonly Part[] => {
  const parts: Part[] = []
  for (const message of messages) {
    const bytes = Buffer.byteLength(JSON.stringify(batchEvent([message])))
    const last = parts.at(-1)
    if (last === undefined || last.bytes + bytes > MAX_PAYLOAD_BYTES - FRAME_BYTES)
      parts.push({ messages: [message], bytes })
    else parts[parts.length - 1] = { messages: [...last.messages, message], bytes: last.bytes + bytes }
  }
  return parts
}

const parsed = (payload: Uint8Array | undefined): unknown => {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString())
  } catch {
    return undefined
  }
}

/** Returns only the class of the error, because its message may quote the sent event. */
const errorTypeOf = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'errorType' in answer ? String(answer.errorType) : 'Unhandled'
