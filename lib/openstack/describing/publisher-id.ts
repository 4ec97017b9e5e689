/**
 * The host in a publisher's id: `compute.host1`, `nova-compute:host1`, `volume.host1@backend#pool`, keystone's
 * `identity.identity.host1`, ceilometer's `telemetry.publisher.host1`. Undefined if the id has no host: nova's legacy
 * aggregates put their id or name there, glance says `image.localhost` on every host, and aodh and ceilometer name their
 * programs.
 */
export const hostOfPublisher = (publisher: string | undefined): string | undefined => {
  const [, name = '', rest = ''] = PUBLISHER.exec(publisher ?? '') ?? []
  if (name === 'aggregate' || rest === 'localhost' || PROGRAMS.get(name)?.has(rest)) return undefined
  const prefix = `${PREFIXES.get(name) ?? name}.`
  return hostOf(rest.startsWith(prefix) ? rest.slice(prefix.length) : rest)
}

/** A host without the backend that cinder and manila append. */
export const hostOf = (name: string | undefined): string | undefined => name?.split('@', 1)[0] || undefined

const PUBLISHER = /^([^.:]+)[.:](.+)$/s

const PREFIXES = new Map([['telemetry', 'publisher']])

const PROGRAMS = new Map([
  ['aodh', new Set(['api', 'evaluator', 'listener', 'notifier'])],
  ['ceilometer', new Set(['api', 'polling', 'notification', 'compute', 'central', 'ipmi'])],
])
