import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../process/errors.ts'
import { type Resolve, readFileReference } from '../provisioning/document/references.ts'
import type { Terminal } from './terminal.ts'

type Environment = Terminal['env']

/**
 * The environment with the keys of the gateway. Without RGW_ACCESS_KEY and RGW_SECRET_KEY, the command takes those that AWS's own
 * command takes: AWS_ACCESS_KEY_ID and its companions, or else the profile that AWS_PROFILE names. A function never does, since
 * Lambda sets these variables to the role of the function.
 *
 * @throws ConfigError
 */
export const withGatewayKeys = (env: Environment): Environment => {
  if (GIVEN.some((name) => env[name])) return env
  const keys = env.AWS_ACCESS_KEY_ID ? env : env.AWS_PROFILE ? profileKeys(env.AWS_PROFILE, env) : undefined
  if (keys === undefined) return env
  return {
    ...env,
    RGW_ACCESS_KEY: keys.AWS_ACCESS_KEY_ID,
    RGW_SECRET_KEY: keys.AWS_SECRET_ACCESS_KEY,
    RGW_SESSION_TOKEN: keys.AWS_SESSION_TOKEN,
  }
}

const GIVEN = ['RGW_ACCESS_KEY', 'RGW_ACCESS_KEY_FILE', 'RGW_SECRET_KEY', 'RGW_SECRET_KEY_FILE']

const profileKeys = (profile: string, env: Environment): Environment => {
  const file = env.AWS_SHARED_CREDENTIALS_FILE || join(env.HOME || homedir(), '.aws', 'credentials')
  const keys = readProfile(file, profile)
  if (keys.AWS_ACCESS_KEY_ID && keys.AWS_SECRET_ACCESS_KEY) return keys
  throw new ConfigError(
    `AWS_PROFILE names ${profile}, and ${file} has no aws_access_key_id and aws_secret_access_key for it: add them, or set RGW_ACCESS_KEY and RGW_SECRET_KEY`,
  )
}

/** The `name = value` lines under `[profile]`, with names in capitals. */
const readProfile = (file: string, profile: string): Environment => {
  let section = ''
  const entries = readLines(file).flatMap((line): [string, string][] => {
    const [, header] = /^\s*\[([^\]]+)\]/.exec(line) ?? []
    if (header !== undefined) section = header.trim()
    const end = line.indexOf('=')
    if (header !== undefined || section !== profile || end === -1) return []
    return [[line.slice(0, end).trim().toUpperCase(), line.slice(end + 1).trim()]]
  })
  return Object.fromEntries(entries)
}

const readLines = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)
  } catch (cause) {
    throw new ConfigError(
      `AWS_PROFILE is set, and ${file} cannot be read: create it, or set RGW_ACCESS_KEY and RGW_SECRET_KEY`,
      { cause },
    )
  }
}

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
