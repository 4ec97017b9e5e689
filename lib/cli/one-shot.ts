import type { DesiredDocument } from '../provisioning/document/desired-schema.ts'
import { DEFAULT_EVENTS } from '../provisioning/document/rule.ts'
import type { Flags } from './flags.ts'
import { filterOf } from './s3-filter.ts'
import { UsageError } from './terminal.ts'

/** An endpoint without a scheme gets the first one. */
const SCHEMES = {
  'kafka-endpoint': ['kafka'],
  'amqp-endpoint': ['amqp', 'amqps'],
  'http-endpoint': ['http', 'https'],
} as const

type EndpointFlag = keyof typeof SCHEMES

const ENDPOINT_FLAGS = Object.keys(SCHEMES) as EndpointFlag[] // Object.keys forgets the names.

/**
 * The document that flags stand for: one topic, and one rule of one bucket.
 *
 * @throws UsageError
 */
export const oneShotDocument = (flags: Flags): DesiredDocument => {
  const { topic, opaque, exchange, filter, notification = 'configuration' } = flags
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
            events: [...DEFAULT_EVENTS],
            ...(filter !== undefined && { filter: filterOf(filter) }),
          },
        ],
      },
    ],
  }
}

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
  throw new UsageError(
    `--${name} has the scheme ${scheme}, and takes ${schemes.join(', ')}: correct it, or leave it out`,
  )
}
