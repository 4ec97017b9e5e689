import type { ChannelModel } from 'amqplib'
import type { Issue } from '../../documents/document-issues.ts'
import { type ConfigError, hasCode } from '../../process/errors.ts'
import { loadPeer } from '../../sinks/load-peer.ts'
import type { Desired, DesiredTopic } from '../document/desired.ts'
import { known } from '../plan/run.ts'

/** The exchanges that a document wants declared, as the brokers have them. By the names of the topics. */
export type Exchanges = { readonly missing: ReadonlySet<string>; readonly problems: readonly Issue[] }

const TIMEOUT_MS = 5000
/** Topic exchanges take the routing keys of RGW, which are names of topics, for any kind of binding. */
const TYPE = 'topic'

/**
 * Looks for the exchanges of the topics with `declareExchange`. RGW only looks for an exchange itself, and does not push to one that
 * is missing.
 */
export const readExchanges = async ({ topics }: Desired): Promise<Exchanges> => {
  const missing = new Set<string>()
  const problems: Issue[] = []
  for (const [index, topic] of topics.entries()) {
    if (!topic.declareExchange) continue
    try {
      if (!(await exchangeExists(topic))) missing.add(topic.name)
    } catch (cause) {
      const message = hasCode<ConfigError>(cause, 'config_invalid')
        ? 'needs the package amqplib, which is not beside this function: install it there, or apply with the command'
        : `the broker of topic ${topic.name} does not let us look for its exchange (${reasonOf(cause)}): correct the endpoint, or remove declareExchange`
      problems.push({ path: `topics.${index}.declareExchange`, message })
    }
  }
  return { missing, problems }
}

const exchangeExists = (topic: DesiredTopic): Promise<boolean> =>
  withBroker(topic, async (broker) => {
    const channel = await broker.createChannel()
    // The broker closes the channel where there is no such exchange.
    channel.on('error', () => {})
    try {
      await channel.checkExchange(exchangeOf(topic))
      return true
    } catch (error) {
      if (reasonOf(error) === NOT_FOUND) return false
      throw error
    }
  })

/** Declares the exchange of a topic, durable. */
export const declareExchange = (topic: DesiredTopic): Promise<void> =>
  withBroker(topic, async (broker) => {
    const channel = await broker.createChannel()
    channel.on('error', () => {})
    await channel.assertExchange(exchangeOf(topic), TYPE, { durable: true })
  })

const exchangeOf = ({ attributes }: DesiredTopic): string => known(attributes.get('exchange')).reveal()

const withBroker = async <Result>(
  topic: DesiredTopic,
  work: (broker: ChannelModel) => Promise<Result>,
): Promise<Result> => {
  const { attributes } = topic
  // Loaded here: most documents have no such topic.
  const endpoint = known(attributes.get('endpoint')).reveal()
  const { connect } = await loadPeer<typeof import('amqplib')>('amqplib', new URL(endpoint))
  const broker = await connect(endpoint, {
    timeout: TIMEOUT_MS,
    rejectUnauthorized: attributes.get('verifySsl')?.reveal() !== 'false',
    clientProperties: { connection_name: 'tidings provision' },
  })
  broker.on('error', () => {})
  try {
    return await work(broker)
  } finally {
    await broker.close().catch(() => {})
  }
}

const NOT_FOUND = 'NOT_FOUND'

/** The code of AMQP or of Node.js. The rest of a message may name the user. */
const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return 'unknown'
  const [code] = /\b(NOT_FOUND|ACCESS[-_]REFUSED|NOT_ALLOWED|PRECONDITION_FAILED)\b/.exec(thrown.message) ?? []
  return code ?? ('code' in thrown ? String(thrown.code) : thrown.name)
}
