import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DocumentError, issueText } from '../../documents/document-issues.ts'
import { ConfigError, hasCode } from '../../process/errors.ts'
import { type Environment, type Rule, type Table, text } from '../../process/settings.ts'
import { type Routes, readRoutes } from './read-routes.ts'

const pathOrJson: Rule<string> = { ...text, expected: 'a path, or JSON' }

export const ROUTES_SETTINGS = {
  TIDINGS_CONFIG: {
    rule: pathOrJson,
    otherwise: 'the first of `tidings.config.yaml`, `.yml`, `.json` in the working folder',
    meaning: 'A file with routes ([routes.md](routes.md)), or its content as JSON.',
  },
} as const satisfies Table

const FILES = ['tidings.config.yaml', 'tidings.config.yml', 'tidings.config.json']

/** The file that has the routes; undefined where nobody wrote one. */
export const routesFile = ({ TIDINGS_CONFIG: given }: Environment, folder = process.cwd()): string | undefined =>
  given || FILES.map((name) => join(folder, name)).find(existsSync)

/**
 * The routes of the environment. A function reads JSON alone, because a cold start would pay for the parser of YAML: hosts and
 * commands give it YAML as JSON (routes-file.ts).
 *
 * @throws ConfigError
 */
export const readRoutesConfig = (environment: Environment, folder?: string): Routes | undefined => {
  const file = routesFile(environment, folder)
  if (file === undefined) return undefined
  const isInline = file.trimStart().startsWith('{')
  const name = isInline ? 'TIDINGS_CONFIG' : file
  if (/\.ya?ml$/.test(name))
    throw new ConfigError(`${name} must be JSON here: write it with tidings config print > tidings.config.json`)
  try {
    return readRoutes(JSON.parse(isInline ? file : readFileSync(file, 'utf8')), environment)
  } catch (error) {
    if (hasCode<DocumentError>(error, 'document_invalid')) throw notRight(name, error)
    throw new ConfigError(`${name} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}`, {
      cause: error,
    })
  }
}

export const notRight = (name: string, { issues }: DocumentError): ConfigError =>
  new ConfigError(issues.map((issue) => `${name}: ${issueText(issue)}`).join('; '))
