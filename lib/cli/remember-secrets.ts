import type { Resolve } from '../provisioning/document/references.ts'
import { readFileReference } from '../provisioning/document/references.ts'
import type { Terminal } from './terminal.ts'

/**
 * Resolves references to the whole environment and to all files, since both belong to the operator; and remembers the values,
 * which must not be printed.
 */
export const rememberSecrets = (env: Terminal['env']) => {
  const known: string[] = []
  const remember = (secret: string | undefined): void => {
    if (secret) known.push(secret, secret.trimEnd())
  }
  const resolve: Resolve = {
    env: (name, isName) => {
      if (!isName) remember(env[name])
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
