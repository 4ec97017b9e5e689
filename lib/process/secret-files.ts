import { readFileSync } from 'node:fs'
import { ConfigError } from './errors.ts'
import type { Environment } from './variables.ts'

/** Where OpenFaaS mounts secrets (https://docs.openfaas.com/reference/secrets/). */
const OPENFAAS_SECRETS = '/var/openfaas/secrets'

/**
 * A secret from, in this order: the variable, the file that `<VARIABLE>_FILE` names, OpenFaaS's secret of the same name in
 * lower case with dashes (`rgw-secret-key`). None of them: undefined.
 *
 * @throws ConfigError for a file that was named and cannot be read
 */
export const readSecret = (
  environment: Environment,
  variable: string,
  openfaasSecrets = OPENFAAS_SECRETS,
): string | undefined =>
  (environment[variable] || readNamed(environment, variable) || readMounted(openfaasSecrets, variable))?.trim()

/** A list of secrets from the same places, separated by commas or line ends. */
export const readSecrets = (
  environment: Environment,
  variable: string,
  openfaasSecrets = OPENFAAS_SECRETS,
): readonly string[] =>
  (readSecret(environment, variable, openfaasSecrets) ?? '')
    .split(/[,\r\n]/)
    .map((secret) => secret.trim())
    .filter(Boolean)

const readNamed = (environment: Environment, variable: string): string | undefined => {
  const path = environment[`${variable}_FILE`]
  if (!path) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError(`${variable}_FILE: cannot be read: name a file that this process may read`, { cause })
  }
}

const readMounted = (directory: string, variable: string): string | undefined => {
  try {
    return readFileSync(`${directory}/${variable.toLowerCase().replaceAll('_', '-')}`, 'utf8')
  } catch {
    return undefined
  }
}
