/**
 * Whether a message is a remote procedure call or the reply to one: a binding with `#` copies them all, with the live token of
 * whoever called (oslo_messaging/rpc/client.py, _drivers/amqpdriver.py).
 */
export const isRpc = (message: Readonly<Record<string, unknown>>): boolean => {
  if ('event_type' in message) return false
  if (typeof message.method === 'string') return CALL.some((name) => name in message)
  return '_unique_id' in message || '_msg_id' in message ? REPLY.some((name) => name in message) : false
}

const CALL = ['args', 'namespace', 'version', '_unique_id', '_msg_id', '_reply_q']
const REPLY = ['result', 'failure', 'ending', '_reply_q', '_msg_id']
