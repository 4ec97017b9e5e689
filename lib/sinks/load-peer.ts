import { ConfigError } from '../process/errors.ts'
import { BUNDLED_PEERS } from './bundled-peers.ts'

/**
 * Loads a package that only one sink needs. Bundlers do not follow a name that is computed, so that no bundle has it inside: it is
 * loaded from the node_modules beside the bundle.
 *
 * @throws ConfigError when it is not installed
 */
export const loadPeer = async <Module>(name: string, url: URL): Promise<Module> => {
  try {
    const module = (await (BUNDLED_PEERS[name]?.() ?? import(name))) as Module // The caller knows the package.
    return module
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause
    throw new ConfigError(`a sink of ${url.protocol} URLs needs the package ${name}: run npm install ${name}`, {
      cause,
    })
  }
}

const isMissing = (error: unknown, name: string): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
  error.message.includes(`'${name}'`)
