import type { ChannelModel } from 'amqplib'
import { BrokerError } from '../broker/broker-error.ts'
import { connect } from '../broker/connect-broker.ts'
import type { Source } from '../options.ts'

const CONNECT_TIMEOUT_MS = 15_000

/**
 * A connection for as long as a command runs.
 *
 * @throws BrokerError when the broker takes none
 */
export const connectForCommand = async (source: Source): Promise<ChannelModel> => {
  try {
    return await connect(source, {
      name: 'tidings dead-letters',
      timeoutMs: CONNECT_TIMEOUT_MS,
      random: Math.random(),
    })
  } catch (cause) {
    throw new BrokerError(cause instanceof Error ? cause.message : 'no connection', { cause })
  }
}
