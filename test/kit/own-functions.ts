import assert from 'node:assert/strict'
import { readConfig } from '../../lib/kit/config.ts'
import type { FunctionHandler } from '../../lib/kit/function.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { cephCapture, openstackCapture } from '../fixtures.ts'
import { collectLog, type LogLine } from '../log-lines.ts'

/** Anonymous callers are welcome; events and dead letters go nowhere but the log. */
export const OPEN_CONFIG = readConfig({ ALLOW_ANONYMOUS: 'true' })

export type Answer = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The lines that a function logs from now on. */
export const logOf = (handler: FunctionHandler): readonly LogLine[] => {
  assert.ok(handler.access, 'it has read its configuration, and set up the log')
  return collectLog()
}

/** Posts a body to a function, as a Function URL does. */
export const post = async (handler: FunctionHandler, body: string, headers = {}, context = {}): Promise<Answer> =>
  (await handler(functionUrlEvent({ body, headers }), context)) as Answer // A Function URL's.

/** Sends captured requests of RGW, one after the other. */
export const sendCeph = async (handler: FunctionHandler, ...names: readonly string[]): Promise<Answer[]> => {
  const answers: Answer[] = []
  for (const name of names) answers.push(await post(handler, cephCapture(name).body))
  return answers
}

/** Sends captured messages of OpenStack, one after the other. */
export const sendOpenstack = async (handler: FunctionHandler, ...names: readonly string[]): Promise<Answer[]> => {
  const answers: Answer[] = []
  for (const name of names) answers.push(await post(handler, openstackCapture(name).body))
  return answers
}
