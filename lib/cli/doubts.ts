import { EVENT_NAMES } from '../ceph/ceph-event-names.ts'
import { globMatcher } from '../core/filter.ts'
import type { FunctionHandler, Notifications } from '../kit/function.ts'
import { kindOf } from '../openstack/describing/kind.ts'
import { nearest } from '../process/did-you-mean.ts'
import { CEPH_SAMPLE_EVENTS } from '../testing/ceph-sample.ts'
import { openstackSampleTypes } from '../testing/openstack-sample.ts'

/**
 * What is probably a mistake in a function, for the person who writes it: a name that no known event has, as the type checker cannot see
 * in a variable, or no route at all.
 */
export const doubtsAbout = ({ notifications, patterns }: FunctionHandler): readonly string[] => {
  if (notifications === undefined || patterns === undefined) return []
  if (patterns.length === 0) return [`the function handles no event: add ${notifications}().on(…) or .otherwise(…)`]
  const names = KNOWN[notifications]()
  const lower = names.map((name) => name.toLowerCase())
  return patterns
    .filter(
      (pattern) =>
        !lower.some(globMatcher(bare(pattern).toLowerCase())) && !lower.includes(bare(pattern).toLowerCase()),
    )
    .map((pattern) => {
      const name = nearest(bare(pattern), names)
      const remedy = name === undefined ? 'check its spelling' : `did you mean ${name}?`
      return `.on('${pattern}') matches no event that ${SENDERS[notifications]} is known to send: ${remedy}`
    })
}

const SENDERS = { ceph: "Ceph's gateway", openstack: 'a service of OpenStack' } as const

const bare = (pattern: string): string => pattern.replace(/^s3:/i, '')

const KNOWN: Readonly<Record<Notifications, () => readonly string[]>> = {
  ceph: () => [...new Set([...EVENT_NAMES, ...CEPH_SAMPLE_EVENTS])],
  openstack: () => [
    ...new Set(
      [...openstackSampleTypes()].flatMap(([service, types]) =>
        types.flatMap((eventType) => [eventType, kindOf({ service, eventType, priority: 'info', payload: {} }).kind]),
      ),
    ),
  ],
}
