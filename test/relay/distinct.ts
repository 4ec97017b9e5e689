import { type OpenstackCapture, openstackCaptures } from '../fixtures.ts'

export type Notification = {
  readonly id: string
  readonly exchange: string
  readonly routingKey: string
  readonly body: Buffer
}

/** As oslo.messaging writes it, inside its envelope or without. */
const MESSAGE_ID = /(\\?"message_id\\?": ?\\?")[^"\\]+/

/** Captured notifications of real services, over and over, each with a message id of its own, which begins with the prefix. */
export const distinctNotifications = (
  prefix: string,
  count: number,
  isWanted: (capture: OpenstackCapture) => boolean = () => true,
): readonly Notification[] => {
  const templates = openstackCaptures().filter(
    (capture) => !capture.name.includes('-rpc/') && MESSAGE_ID.test(capture.body) && isWanted(capture),
  )
  return Array.from({ length: count }, (_, index) => {
    const { exchange, routingKey, body } = templates[index % templates.length] as (typeof templates)[number] // There are some.
    const id = `${prefix}-${index}`
    return { id, exchange, routingKey, body: Buffer.from(body.replace(MESSAGE_ID, (_whole, name) => `${name}${id}`)) }
  })
}
