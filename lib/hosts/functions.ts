import type { FunctionHandler } from '../kit/function.ts'
import { ConfigError, hasCode } from '../process/errors.ts'

/** Each is loaded when it is served, so that a process that serves one pays for one. */
const loaders: Readonly<Record<string, () => Promise<{ readonly handler: FunctionHandler }>>> = {
  'ceph-notifications': () => import('../../functions/ceph-notifications.ts'),
  'ceph-provisioner': () => import('../../functions/ceph-provisioner.ts'),
  'openstack-notifications': () => import('../../functions/openstack-notifications.ts'),
}

export type Loaded = {
  readonly functions: ReadonlyMap<string, FunctionHandler>
  /** Why others are not served, by name: each lacks a setting that it alone needs. */
  readonly missing: ReadonlyMap<string, ConfigError>
}

/**
 * Leaves out the functions that nobody could call, because they want a token and none is set.
 *
 * @throws ConfigError when it is the one that was asked for
 */
export const withoutClosed = ({ functions, missing }: Loaded, only: string | undefined): Loaded => {
  const isClosed = ([, { access }]: readonly [string, FunctionHandler]): boolean => access?.guard === 'closed'
  const closed = [...functions].filter(isClosed).map(([name]) => [name, needsToken(name)] as const)
  if (only !== undefined && closed[0]) throw closed[0][1]
  return {
    functions: new Map([...functions].filter((each) => !isClosed(each))),
    missing: new Map([...missing, ...closed]),
  }
}

const needsToken = (name: string): ConfigError =>
  new ConfigError(`AUTH_TOKENS: ${name} is served to callers with a token only: set AUTH_TOKENS`)

/**
 * The functions to serve, by name: those that are configured, or the one that is asked for.
 *
 * @throws ConfigError for a name that there is no function of, or when the one asked for is not configured
 */
export const loadFunctions = async (only: string | undefined): Promise<Loaded> => {
  if (only !== undefined) return { functions: new Map([[only, await load(only)]]), missing: new Map() }
  const functions = new Map<string, FunctionHandler>()
  const missing = new Map<string, ConfigError>()
  for (const name of Object.keys(loaders)) {
    try {
      functions.set(name, await load(name))
    } catch (error) {
      if (!hasCode<ConfigError>(error, 'config_invalid')) throw error
      missing.set(name, error)
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
