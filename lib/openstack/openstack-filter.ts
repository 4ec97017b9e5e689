import { valueAt } from '../core/condition.ts'
import { globMatcher, hasAll, isOneOf, type OneOf } from '../core/filter.ts'
import type { OpenstackEventType } from './catalogue/known-events.ts'
import type { Phase } from './describing/kind.ts'
import type { OpenstackEventData } from './openstack-data.ts'

/** An event type of the catalogue, or a text with `*`. */
export type OpenstackPattern = OpenstackEventType | `${string}*${string}`

/** An event must match every field that is set. */
export type OpenstackFilter<Service extends string = string> = {
  readonly service?: OneOf<Service>
  /** As in `data.resource`, e.g. `port`. */
  readonly resource?: OneOf<string>
  /** As in `data.action`, e.g. `delete`. */
  readonly action?: OneOf<string>
  readonly phase?: OneOf<Phase>
  /** In lower case. */
  readonly priority?: OneOf<string>
  /** The caller's project. */
  readonly project?: OneOf<string>
  /** The owner of the resource. */
  readonly owner?: OneOf<string>
  readonly host?: OneOf<string>
  /** Values inside the payload, by their path: `{ 'instance_type.name': 'm1.small' }`. */
  readonly payload?: Readonly<Record<string, OneOf<string | number | boolean | null>>>
}

type Matcher = (data: OpenstackEventData) => boolean

/** Whether an event has the name and fits the filter. */
export const openstackMatcher = (pattern: string, filter: OpenstackFilter = {}): Matcher => {
  const hasName = nameMatcher(pattern)
  return (data) => hasName(data) && fits(data, filter)
}

/**
 * A name may be the one on the wire or the canonical `kind`. nova's dialects share a kind and have payloads of different shapes: so
 * the kind matches both, and the legacy name matches legacy notifications only.
 */
const nameMatcher = (pattern: string): Matcher => {
  const matches = globMatcher(pattern)
  return ({ eventType, kind }) => matches(eventType) || matches(kind)
}

const fits = (data: OpenstackEventData, filter: OpenstackFilter): boolean =>
  isOneOf(filter.service, (service) => data.service === service) &&
  isOneOf(filter.resource, (resource) => data.resource === resource) &&
  isOneOf(filter.action, (action) => data.action === action) &&
  isOneOf(filter.phase, (phase) => data.phase === phase) &&
  isOneOf(filter.priority, (priority) => data.priority === priority.toLowerCase()) &&
  isOneOf(filter.project, (project) => data.project === project) &&
  isOneOf(filter.owner, (owner) => data.owner === owner) &&
  isOneOf(filter.host, (host) => data.host === host) &&
  hasAll(filter.payload, (path, value) => valueAt(data.payload, path) === value)
