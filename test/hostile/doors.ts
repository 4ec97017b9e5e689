import type { FunctionHandler } from '../../lib/kit/function.ts'
import { relayEvent } from '../envelopes/queue-samples.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import type { Kind, Kinds } from './growth.ts'

/** The settings of a function whose events and dead letters are written, and whose memory of ids takes nothing for a duplicate. */
export const settings = { ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: 'log:', CLAIMS_URL: 'none:' }

/** Inputs that each come to a function by HTTP, by the relay and by direct invocation: three kinds of one. */
export const throughEveryDoor = (
  handler: FunctionHandler,
  inputs: Readonly<Record<string, Kind['make']>>,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Kinds => {
  const doors: Readonly<Record<string, Kind['run']>> = {
    HTTP: (body) => handler(functionUrlEvent({ body, headers }), {}),
    relay: (body) => handler(relayEvent([body]), {}),
    direct: (body) => handler(parsed(body), {}),
  }
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, make]) =>
      Object.entries(doors).map(([door, run]) => [`${name}, ${door}`, { make, run }]),
    ),
  )
}

/** Inputs that each come to a function by HTTP alone, where the door makes no difference. */
export const throughHttp = (handler: FunctionHandler, inputs: Readonly<Record<string, Kind['make']>>): Kinds =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, make]) => [
      name,
      { make, run: (body: Buffer) => handler(functionUrlEvent({ body }), {}) },
    ]),
  )

/** An invoker sends JSON: a document, or anything else in a text. */
const parsed = (body: Buffer): unknown => {
  const text = body.toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
