import type { Outcome } from '../core/delivery.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { crypto } from '../process/secrets.ts'
import { type Envelope, isObject } from './envelope.ts'

/**
 * A CloudFormation custom resource's request.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export type CustomResourceEvent = {
  readonly RequestType: 'Create' | 'Update' | 'Delete'
  /** Presigned: a secret. */
  readonly ResponseURL: string
  readonly StackId: string
  readonly RequestId: string
  readonly LogicalResourceId: string
  readonly PhysicalResourceId?: string
  /** Numbers and booleans arrive as text. */
  readonly ResourceProperties?: Readonly<Record<string, unknown>>
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>
}

/** The body that a delivery of this envelope has, in JSON. */
export type CustomResourceRequest = Pick<
  CustomResourceEvent,
  'RequestType' | 'StackId' | 'LogicalResourceId' | 'ResourceProperties' | 'OldResourceProperties'
>

/** Every request of CloudFormation has all of these fields. */
const TEXTS = ['RequestType', 'ResponseURL', 'StackId', 'RequestId', 'LogicalResourceId'] as const

/** CloudFormation reads at most 4096 bytes of the whole answer. */
const MAX_REASON = 1500
const PUT_TIMEOUT_MS = 5000

/**
 * The stack waits for a PUT, up to an hour: whatever becomes of the request, one is sent, and never a second one that could
 * contradict it. Where the PUT fails the function fails, and whoever invoked it asynchronously invokes it again.
 */
export const customResource: Envelope<CustomResourceEvent> = {
  name: 'custom-resource',
  matches: (event): event is CustomResourceEvent =>
    isObject(event) && TEXTS.every((name) => typeof event[name] === 'string'),
  open: (event) => {
    const { RequestType, StackId, LogicalResourceId, ResourceProperties, OldResourceProperties } = event
    const request: CustomResourceRequest = {
      RequestType,
      StackId,
      LogicalResourceId,
      ...(ResourceProperties && { ResourceProperties }),
      ...(OldResourceProperties && { OldResourceProperties }),
    }
    const body = Buffer.from(JSON.stringify(request))
    let answered: Promise<object> | undefined
    return {
      deliveries: [{ body, headers: {}, origin: { kind: 'custom-resource' } }],
      // A failed seal is sealed again, as the failure of the whole event.
      seal: ([outcome]) => {
        answered ??= put(event.ResponseURL, answerTo(event, outcome))
        return answered
      },
    }
  },
}

const answerTo = (event: CustomResourceEvent, outcome: Outcome | undefined) => {
  const failure = failureOf(outcome)
  const reason = failure ?? keptBy(outcome)
  return {
    Status: failure === undefined ? 'SUCCESS' : 'FAILED',
    ...(reason !== undefined && { Reason: reason.slice(0, MAX_REASON) }),
    // Another id would mean another resource, and have this one deleted.
    PhysicalResourceId: event.PhysicalResourceId ?? physicalId(event),
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  }
}

const failureOf = (outcome: Outcome | undefined): string | undefined => {
  if (outcome === undefined) return 'the function gave no outcome'
  if (outcome.type === 'retry' || outcome.type === 'reject') return `${outcome.error.code}: ${outcome.error.message}`
  if (outcome.type === 'answer' && outcome.status >= 400) return JSON.stringify(outcome.document)
  return undefined
}

/** A Delete succeeds although a topic stays, which the stack's events then say. */
const keptBy = (outcome: Outcome | undefined): string | undefined => {
  if (outcome?.type !== 'answer' || !('kept' in outcome.document) || !Array.isArray(outcome.document.kept))
    return undefined
  const topics = outcome.document.kept.map(({ topic }: { readonly topic: string }) => topic) // As the provisioner has it.
  return topics.length === 0 ? undefined : `not deleted, because other rules use them: ${topics.join(', ')}`
}

const physicalId = ({ StackId, LogicalResourceId }: CustomResourceEvent): string =>
  `tidings-${crypto().hash('sha256', `${StackId}/${LogicalResourceId}`, 'hex').slice(0, 32)}`

/**
 * Sends bytes, because the URL was signed without a content type, and fetch would add one to a text.
 *
 * @throws SinkUnavailableError
 */
const put = async (url: string, answer: object): Promise<object> => {
  const body = Buffer.from(JSON.stringify(answer))
  // A presigned URL never redirects: who does so would send the answer to a place of its choice.
  const request = { method: 'PUT', body, redirect: 'error', signal: AbortSignal.timeout(PUT_TIMEOUT_MS) } as const
  const reply = await fetch(url, request).catch((cause: unknown) => {
    throw new SinkUnavailableError('the answer did not reach CloudFormation', { cause })
  })
  await reply.body?.cancel()
  if (!reply.ok) throw new SinkUnavailableError(`CloudFormation refused the answer with status ${reply.status}`)
  return answer
}
