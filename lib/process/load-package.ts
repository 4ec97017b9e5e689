import { BUNDLED_PACKAGES } from './bundled-packages.ts'
import { ConfigError } from './errors.ts'

/**
 * Loads a package that only some settings need. Bundlers do not follow a name that is computed, so that no bundle has it inside: it
 * is loaded from the node_modules beside the bundle, or from Lambda's runtime, which has the AWS SDK.
 *
 * @param user begins the message: what needs the package
 * @throws ConfigError when it is not installed
 */
export const loadPackage = async <Module>(name: string, user: string): Promise<Module> => {
  try {
    return (await (BUNDLED_PACKAGES[name]?.() ?? import(name))) as Module // The caller knows the package.
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause
    throw new ConfigError(`${user} needs the package ${name}: run npm install ${name}`, { cause })
  }
}

const isMissing = (error: unknown, name: string): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
  error.message.includes(`'${name}'`)
