import { ConfigError } from '../process/errors.ts'

/**
 * Loads the client of a store. Bundlers do not follow a name that is computed: the package is loaded from the node_modules beside the
 * bundle, or from Lambda's runtime, which has the AWS SDK.
 *
 * @throws ConfigError when it is not installed
 */
export const loadClient = async <Module>(name: string): Promise<Module> => {
  try {
    return (await import(name)) as Module // The caller knows the package.
  } catch (cause) {
    throw new ConfigError(`CLAIMS_URL needs the package ${name}: run npm install ${name}`, { cause })
  }
}
