import type { CloudEvent } from '../core/cloudevent.ts'
import type { Sink } from '../core/sink.ts'
import { ConfigError, isTidingsError } from '../process/errors.ts'
import type { Failure } from '../process/retrying.ts'
import {
  type Answer,
  type AttemptOptions,
  asked,
  codeOf,
  createClientSink,
  misconfigured,
  refused,
  type Send,
  tooLarge,
  unavailable,
} from './attempts.ts'
import { createConnection } from './connection.ts'
import type { Parameters } from './sink-parameters.ts'

export type Arn = {
  readonly arn: string
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

const SERVICES = ['sns', 'sqs', 'events']

/** @throws ConfigError for anything but a topic of SNS, a queue of SQS, or a bus of EventBridge */
export const arnOf = ({ pathname }: URL): Arn => {
  const [partition = '', service = '', region = '', account = '', ...resource] = pathname.split(':')
  const arn = { arn: `arn:${pathname}`, partition, service, region, account, resource: resource.join(':') }
  if (SERVICES.includes(service) && arn.resource !== '') return arn
  throw new ConfigError(
    `sink arn: must be the ARN of a topic of sns, a queue of sqs or a bus of events, got '${arn.arn}'`,
  )
}

/** The configuration of a client of AWS' SDK. Attempts are ours. */
export const clientConfig = ({ region }: Arn, { endpoint }: Parameters<'arn:'>, { timeoutMs }: AttemptOptions) => ({
  region,
  maxAttempts: 1,
  requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs },
  ...(endpoint !== undefined && { endpoint: endpoint.href }),
})

/** The reason of a service for an entry that it did not take. */
export type EntryFailure = {
  readonly code: string
  /** The entry is at fault: it would not be taken later either. */
  readonly isOwnFault: boolean
}

/** As the batches of SQS and SNS list them. */
type Failed = {
  readonly Id?: string | undefined
  readonly Code?: string | undefined
  readonly SenderFault?: boolean | undefined
}

export const failuresOf = (failed: readonly Failed[] = []): ReadonlyMap<string, EntryFailure> =>
  new Map(failed.map(({ Id = '', Code = '', SenderFault = false }) => [Id, { code: Code, isOwnFault: SenderFault }]))

export type Service<Client, Entry> = {
  readonly connect: () => Promise<Client>
  /** @param id of the entry in its request */
  readonly toEntry: (event: CloudEvent, id: string) => { readonly entry: Entry; readonly bytes: number }
  /** The limit of an entry, and of a request. */
  readonly maxBytes: number
  /** Resolves to the failures, by the ids of their entries. */
  readonly request: (client: Client, entries: readonly Entry[]) => Promise<ReadonlyMap<string, EntryFailure>>
}

/** The services take at most so many in one request. */
const MAX_ENTRIES = 10

type Item<Entry> = { readonly index: number; readonly entry: Entry; readonly bytes: number }

/** Sends events in batches, and settles each by itself. */
export const createBatchSink = <Client extends { destroy(): void }, Entry>(
  { arn }: Arn,
  { connect, toEntry, maxBytes, request }: Service<Client, Entry>,
  options: AttemptOptions,
): Sink => {
  const where = `sink ${arn}`
  const connection = createConnection<Client>(connect, async (client) => client.destroy())

  const answerOf = (failure: EntryFailure | undefined, bytes: number): Answer => {
    if (failure === undefined) return undefined
    const message = `${where}: did not take the event of ${bytes} bytes (${failure.code})`
    if (!failure.isOwnFault) return unavailable(message)
    return FOR_A_PERSON.test(failure.code) ? misconfigured(message) : refused(message)
  }

  const send: Send = async (events, tell, isOver) => {
    const client = await connection.get()
    let down: Failure | undefined
    const sendBatch = async (batch: readonly Item<Entry>[]): Promise<void> => {
      if (batch.length === 0 || isOver()) return
      if (down !== undefined) {
        for (const { index } of batch) tell(index, down)
        return
      }
      try {
        const failures = await request(
          client,
          batch.map(({ entry }) => entry),
        )
        for (const { index, bytes } of batch) tell(index, answerOf(failures.get(String(index)), bytes))
      } catch (error) {
        const isTooLarge = isOfRequest(error) && TOO_LARGE.test(`${error}`)
        // The service does not say which one it was.
        if (isTooLarge && batch.length > 1) {
          for (const item of batch) await sendBatch([item])
          return
        }
        for (const { index, bytes } of batch)
          tell(
            index,
            isTooLarge
              ? refused(`${where}: the event takes ${bytes} bytes, more than the service accepts`)
              : failureOf(where, error),
          )
        // Each request to a service that does not answer would wait for the whole timeout.
        if (!isOfRequest(error)) down = failureOf(where, error)
      }
    }
    let batch: Item<Entry>[] = []
    let size = 0
    for (const [index, event] of events.entries()) {
      const { entry, bytes } = toEntry(event, String(index))
      if (bytes > maxBytes) {
        tell(index, tooLarge(where, bytes, maxBytes))
        continue
      }
      if (batch.length === MAX_ENTRIES || size + bytes > maxBytes) {
        await sendBatch(batch)
        batch = []
        size = 0
      }
      batch.push({ index, entry, bytes })
      size += bytes
    }
    await sendBatch(batch)
  }

  return createClientSink({ where, send, close: connection.close }, options)
}

/** Errors of the setup. */
const FOR_A_PERSON =
  /AccessDenied|NotAuthorized|Authorization|Forbidden|InvalidClientToken|UnrecognizedClient|SignatureDoesNotMatch|NonExistentQueue|DoesNotExist|NotFound|CredentialsProvider/

const failureOf = (where: string, error: unknown) => {
  if (isTidingsError(error)) return { error, nextAfterMs: 'never' as const }
  const { name = '', $response } = error as Thrown // Whatever the SDK throws.
  const code = name === 'Error' ? codeOf(error) : name
  if (FOR_A_PERSON.test(code)) return misconfigured(`${where}: ${code}: check the ARN and the credentials`, error)
  const seconds = Number($response?.headers?.['retry-after'])
  return asked(`${where}: did not take the events (${code})`, Number.isNaN(seconds) ? undefined : seconds, error)
}

/** A queue, or a region, may have a lower limit than the service. */
const TOO_LARGE = /BatchRequestTooLong|too long|over the limit|must be shorter/i

/** The service found fault with this request. It may take others. */
const isOfRequest = (error: unknown): boolean => (error as Thrown).$metadata?.httpStatusCode === 400 // As above.

type Thrown = {
  readonly name?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> }
}
