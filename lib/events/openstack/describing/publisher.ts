/**
 * The host in a publisher's id: `compute.host1`, `nova-compute:host1`, `volume.host1@backend#pool`; keystone says
 * `identity.identity.host1`. Undefined where what stands there is none: nova's legacy aggregates put their id or name, glance's
 * default is `image.localhost` on every host.
 */
export const hostOf = (publisher: string | undefined): string | undefined => {
  const [, name, rest] = PUBLISHER.exec(publisher ?? '') ?? []
  if (rest === undefined || name === 'aggregate' || rest === 'localhost') return undefined
  const host = (name !== undefined && rest.startsWith(`${name}.`) ? rest.slice(name.length + 1) : rest).split('@', 1)[0]
  return host === '' ? undefined : host
}

const PUBLISHER = /^([^.:]+)[.:](.+)$/s
