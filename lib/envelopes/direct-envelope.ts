import { DecodeError, toReasons } from '../process/errors.ts'
import type { Envelope } from './envelope.ts'

/**
 * Direct invocation: the event is the notification. Matches everything, so it stands last. Failure is thrown, because
 * that is what an invoker, and Lambda's asynchronous retries, understand.
 */
export const direct: Envelope = {
  name: 'direct',
  matches: (_event): _event is unknown => true,
  open: (event) => ({
    deliveries: [{ body: toBody(event), headers: {}, origin: { kind: 'direct' } }],
    seal: ([outcome]) => {
      if (outcome?.type === 'answer') return outcome.document
      if (outcome?.type !== 'ack') throw outcome?.error
      const { reasons: deadLetters, ...count } = toReasons(outcome.faults)
      return { outcome: 'ack', events: outcome.events, deadLetters, ...count }
    },
  }),
}

/** Back to the bytes that the invoker sent, so that one decoder reads them all. */
const toBody = (event: unknown): Buffer => {
  try {
    return Buffer.from(JSON.stringify(event))
  } catch (cause) {
    throw new DecodeError('the event is not a JSON document, or it is nested too deeply', { cause })
  }
}
