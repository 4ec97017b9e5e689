import type { OpenstackCapture } from '../fixtures.ts'

/** A captured notification with changes to its message, which is inside an envelope. */
export const changed = (
  capture: OpenstackCapture,
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its capture
  change: (message: any) => void,
): OpenstackCapture => {
  const envelope = JSON.parse(capture.body)
  const message = JSON.parse(envelope['oslo.message'])
  change(message)
  return { ...capture, body: JSON.stringify({ ...envelope, 'oslo.message': JSON.stringify(message) }) }
}
