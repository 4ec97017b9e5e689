import { got } from '../process/did-you-mean.ts'
import type { DesiredDocument } from '../provisioning/document/desired-schema.ts'
import { DEFAULT_EVENTS } from '../provisioning/document/rule.ts'
import type { Flags } from './flags.ts'
import { filterOf } from './s3-filter.ts'
import { UsageError } from './terminal.ts'

/** The schemes of each endpoint flag. An endpoint without a scheme gets the first one. */
const SCHEMES = {
  'kafka-endpoint': ['kafka'],
  'amqp-endpoint': ['amqp', 'amqps'],
  'http-endpoint': ['http', 'https'],
} as const

type EndpointFlag = keyof typeof SCHEMES

const ENDPOINT_FLAGS = Object.keys(SCHEMES) as EndpointFlag[] // The type of Object.keys does not keep the names.

/**
 * The document that flags describe: one topic, and one rule of one bucket.
 *
 * @throws UsageError
 */
export const oneShotDocument = (flags: Flags): DesiredDocument => {
  const { topic, opaque, exchange, filter, persistent, cloudevents, notification = 'configuration' } = flags
  const events = flags.events?.split(',').map((event) => event.trim())
  const bucket = flags['bucket-name']
  if (bucket === undefined) throw new UsageError('--bucket-name is missing: name the bucket')
  if (topic === undefined) throw new UsageError('--topic is missing: name the topic')
  return {
    topics: [
      {
        name: topic,
        endpoint: endpointOf(flags),
        ...(exchange !== undefined && { exchange }),
        ...(opaque !== undefined && { opaqueData: opaque }),
        ...(persistent && { persistent }),
        ...countOf(flags, 'retry-sleep-duration', 'retrySleepDuration'),
        ...countOf(flags, 'max-retries', 'maxRetries'),
        ...countOf(flags, 'time-to-live', 'timeToLive'),
        ...(cloudevents && { cloudevents }),
        ...(flags['ack-level'] !== undefined && { ackLevel: flags['ack-level'] }),
        ...(flags['no-verify-ssl'] && { verifySsl: false }),
      },
    ],
    buckets: [
      {
        name: bucket,
        create: true,
        rules: [
          {
            id: notification,
            topic,
            events: events ?? [...DEFAULT_EVENTS],
            ...(filter !== undefined && { filter: filterOf(filter) }),
          },
        ],
      },
    ],
  }
}

type CountFlag = 'retry-sleep-duration' | 'max-retries' | 'time-to-live'

const countOf = (flags: Flags, flag: CountFlag, name: string): Readonly<Record<string, number>> => {
  const text = flags[flag]
  if (text === undefined) return {}
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`--${flag} must be a whole number${got(text)}`)
  return { [name]: Number(text) }
}

/** A warning that a topic which is not persistent loses events. Undefined for a persistent topic. */
export const plainWarning = (flags: Flags): string | undefined =>
  flags.persistent
    ? undefined
    : `topic ${flags.topic} is not persistent: an event that its endpoint does not take is lost. Add --persistent to have events queued`

const endpointOf = (flags: Flags): string => {
  const [name, other] = ENDPOINT_FLAGS.filter((flag) => flags[flag] !== undefined)
  if (name === undefined || other !== undefined)
    throw new UsageError(
      `${name === undefined ? 'the endpoint of the topic is missing' : 'the topic has two endpoints'}: give one of --${ENDPOINT_FLAGS.join(', --')}`,
    )
  const endpoint = flags[name] ?? ''
  const schemes: readonly string[] = SCHEMES[name]
  const [, scheme] = /^([A-Za-z]+):\/\//.exec(endpoint) ?? []
  if (scheme === undefined) return `${schemes[0]}://${endpoint}`
  if (schemes.includes(scheme)) return endpoint
  throw new UsageError(`--${name} must have the scheme ${schemes.join(' or ')}, or none, got ${scheme}://`)
}
