import { isDeepStrictEqual } from 'node:util'
import type { DesiredTopic } from '../document/desired.ts'
import { parseEndpoint } from '../document/push-endpoint.ts'
import { shownReal } from '../document/references.ts'
import {
  ATTRIBUTE_NAMES,
  type AttributeName,
  attributeOf,
  type EndpointKind,
  fallbackOf,
  wireNameOf,
} from '../document/topic.ts'
import type { Topic } from '../gateway/topics.ts'
import { type Change, type Difference, difference, type Ignored } from './plan.ts'

/**
 * Set on a topic while the rules bound to it are put again, so that an apply that was interrupted is seen and done
 * again: gateways keep attributes that they do not know.
 */
export const PENDING = 'tidings-rebind'

/** The change that makes a topic match the document, if one is needed. */
export const planTopic = (
  topic: DesiredTopic,
  real: Topic | undefined,
  kept: readonly AttributeName[] = [],
): Change[] => {
  if (topic.existing) return []
  const isOurs = ({ name }: Difference): boolean =>
    topic.byArn ? topic.attributes.has(name as AttributeName) : !kept.some((one) => one === name)
  const differences = attributeDifferences(topic, real).filter(isOurs)
  // Why it could not be read is among the problems.
  if (real === undefined && topic.byArn) return []
  if (real === undefined) return [{ action: 'create', kind: 'topic', name: topic.name, differences }]
  if (real.attributes.has(PENDING) && !topic.byArn)
    differences.push({ name: 'rules', from: 'not yet bound again', to: 'bound again' })
  return differences.length > 0 ? [{ action: 'update', kind: 'topic', name: topic.name, differences }] : []
}

/** The attributes as they are sent: all that are declared and those that are kept, since the gateway resets the others. */
export const wireAttributes = (
  topic: DesiredTopic,
  real: Topic | undefined,
  kept: readonly AttributeName[],
): Map<string, string> => {
  const kind = kindOf(topic)
  const ofOthers = kept.map(
    (name) => [wireNameOf(name, kind), real?.attributes.get(wireNameOf(name, kind)) ?? ''] as const,
  )
  return new Map([
    ...ofOthers,
    ...[...topic.attributes].map(([name, value]) => [wireNameOf(name, kind), value.reveal()] as const),
  ])
}

/** The gateway's name of a setting. */
export const wireName = (name: string, topic: DesiredTopic, real: Topic | undefined): string =>
  wireNameOf(name as AttributeName, kindOf(topic, real)) // As differences of topics name them.

/** The attributes that a topic has and the document does not name. */
export const unnamedAttributes = (topic: DesiredTopic, real: Topic): readonly AttributeName[] => {
  const kind = kindOf(topic)
  return ATTRIBUTE_NAMES.filter((name) => {
    const fallback = fallbackOf(name, kind)
    return !topic.attributes.has(name) && (real.attributes.get(wireNameOf(name, kind)) ?? fallback) !== fallback
  })
}

export const ignoredAttributes = (topic: DesiredTopic, olderThan: number | undefined): Ignored[] =>
  [...topic.attributes.keys()].flatMap((attribute) => {
    const { since = 0 } = attributeOf(attribute)
    if (olderThan === undefined || since < olderThan) return []
    const message = `${attribute} needs Ceph ${since} or later; this gateway is older than ${olderThan} and ignores it`
    return [{ topic: topic.name, attribute, message }]
  })

const attributeDifferences = (topic: DesiredTopic, real: Topic | undefined): Difference[] => {
  const kind = kindOf(topic, real)
  return ATTRIBUTE_NAMES.flatMap((name) => {
    const fallback = fallbackOf(name, kind)
    const wanted = topic.attributes.get(name)
    const actual = real?.attributes.get(wireNameOf(name, kind)) ?? fallback
    if (real !== undefined && isEqual(name, wanted?.reveal() ?? fallback, actual)) return []
    if (real === undefined && wanted === undefined) return []
    return [difference(name, actual === fallback ? undefined : shownReal(name, actual, wanted), wanted?.shown)]
  })
}

const isEqual = (name: AttributeName, wanted: string, actual: string): boolean => {
  if (name !== 'policy' || wanted === '' || actual === '') return wanted === actual
  try {
    return isDeepStrictEqual(JSON.parse(wanted), JSON.parse(actual))
  } catch {
    return wanted === actual
  }
}

/** A topic that is named by its ARN may keep the endpoint that it has. */
const kindOf = ({ attributes }: DesiredTopic, real?: Topic): EndpointKind => {
  const endpoint = parseEndpoint(attributes.get('endpoint')?.reveal() ?? real?.attributes.get('push-endpoint') ?? '')
  return typeof endpoint === 'string' ? 'http' : endpoint.kind
}
