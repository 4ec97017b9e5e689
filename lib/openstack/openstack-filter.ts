import { attributeMatcher, type OneOf, type Test, testMatcher, valueAt, type Words } from '../core/condition.ts'
import { globMatcher } from '../core/filter.ts'
import type { OpenstackEventType } from './catalogue/known-events.ts'
import type { Phase } from './describing/kind.ts'
import type { OpenstackEventData } from './openstack-data.ts'

/** An event type of the catalogue, or a text with `*`. */
export type OpenstackPattern = OpenstackEventType | `${string}*${string}`

/** An event must match every field that is set. A test is one of those that routes have: a text is a glob. */
export type OpenstackFilter<Service extends string = string> = {
  readonly service?: OneOf<Service> | Words
  /** As in `data.resource`, e.g. `port`. */
  readonly resource?: Test
  /** As in `data.action`, e.g. `delete`. */
  readonly action?: Test
  readonly phase?: OneOf<Phase> | Words
  /** Capitals do not matter. */
  readonly priority?: Test
  /** The caller's project. */
  readonly project?: Test
  /** The owner of the resource. */
  readonly owner?: Test
  readonly host?: Test
  /** Values inside the payload, by their path: `{ 'instance_type.name': 'm1.small' }`. */
  readonly payload?: Readonly<Record<string, Test>>
}

type Matcher = (data: OpenstackEventData) => boolean

/** Whether an event has the name and fits the filter. */
export const openstackMatcher = (pattern: string, filter: OpenstackFilter = {}): Matcher => {
  const every = [nameMatcher(pattern), ...fieldMatchers(filter)]
  return (data) => every.every((holds) => holds(data))
}

/**
 * A name may be the one on the wire or the canonical `kind`. nova's dialects share a kind and have payloads of different shapes: so
 * the kind matches both, and the legacy name matches legacy notifications only.
 */
const nameMatcher = (pattern: string): Matcher => {
  const matches = globMatcher(pattern)
  return ({ eventType, kind }) => matches(eventType) || matches(kind)
}

const fieldMatchers = ({ payload = {}, ...fields }: OpenstackFilter): readonly Matcher[] => [
  ...Object.entries(fields).map(([name, test]): Matcher => {
    const holds = attributeMatcher(name, test)
    return (data) => holds(valueAt(data, name))
  }),
  ...Object.entries(payload).map(([path, test]): Matcher => {
    const holds = testMatcher(test)
    return (data) => holds(valueAt(data.payload, path))
  }),
]
