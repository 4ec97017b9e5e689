import { ConfigError } from '../errors.ts'
import type { FunctionHandler } from '../function.ts'

/** Each is loaded when it is served, so that a process that serves one pays for one. */
const loaders: Readonly<Record<string, () => Promise<{ readonly handler: FunctionHandler }>>> = {
  'ceph-notifications': () => import('../../functions/ceph-notifications.ts'),
  'ceph-provisioner': () => import('../../functions/ceph-provisioner.ts'),
  'openstack-notifications': () => import('../../functions/openstack-notifications.ts'),
}

export type Loaded = {
  readonly functions: ReadonlyMap<string, FunctionHandler>
  /** Why others are not served: each lacks what only it needs. */
  readonly missing: readonly ConfigError[]
}

/**
 * Leaves out the functions that nobody could call, because they want a token and none is set.
 *
 * @throws ConfigError when it is the one that was asked for
 */
export const withoutClosed = ({ functions, missing }: Loaded, only: string | undefined): Loaded => {
  const isClosed = ([, { access }]: readonly [string, FunctionHandler]): boolean => access?.guard === 'closed'
  const closed = [...functions]
    .filter(isClosed)
    .map(([name]) => new ConfigError(`AUTH_TOKENS: ${name} is served to callers with a token only: set AUTH_TOKENS`))
  if (only !== undefined && closed[0]) throw closed[0]
  return { functions: new Map([...functions].filter((each) => !isClosed(each))), missing: [...missing, ...closed] }
}

/**
 * The functions to serve, by name: those that are configured, or the one that is asked for.
 *
 * @throws ConfigError for a name that there is no function of, or when the one asked for is not configured
 */
export const loadFunctions = async (only: string | undefined): Promise<Loaded> => {
  if (only !== undefined) return { functions: new Map([[only, await load(only)]]), missing: [] }
  const functions = new Map<string, FunctionHandler>()
  const missing: ConfigError[] = []
  for (const name of Object.keys(loaders)) {
    try {
      functions.set(name, await load(name))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      missing.push(error)
    }
  }
  return { functions, missing }
}

const load = async (name: string): Promise<FunctionHandler> => {
  const loader = Object.hasOwn(loaders, name) ? loaders[name] : undefined
  if (!loader)
    throw new ConfigError(`FUNCTION: there is none of this name, use one of ${Object.keys(loaders).join(', ')}`)
  return (await loader()).handler
}
