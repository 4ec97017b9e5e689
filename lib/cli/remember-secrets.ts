import type { Resolve } from '../provisioning/document/references.ts'
import { readFileReference } from '../provisioning/document/references.ts'
import type { Terminal } from './terminal.ts'

/**
 * References to all of the environment and to all files, since both are the operator's own; and a memory for what they
 * gave, which must not be printed.
 */
export const rememberSecrets = (env: Terminal['env']) => {
  const known: string[] = []
  const remember = (secret: string | undefined): void => {
    if (secret) known.push(secret, secret.trimEnd())
  }
  const resolve: Resolve = {
    env: (name) => {
      remember(env[name])
      return env[name]
    },
    file: (path) => {
      const secret = readFileReference(path)
      remember(secret)
      return secret
    },
  }
  return { resolve, remember, known: (): readonly string[] => known }
}
