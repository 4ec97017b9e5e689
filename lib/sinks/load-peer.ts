import { loadPackage } from '../process/load-package.ts'

/**
 * Loads a package that only one sink needs.
 *
 * @throws ConfigError when it is not installed
 */
export const loadPeer = <Module>(name: string, url: URL): Promise<Module> =>
  loadPackage<Module>(name, `a sink of ${url.protocol} URLs`)
