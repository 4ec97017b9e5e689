import { readFile } from 'node:fs/promises'
import { DocumentError } from '../../documents/document-issues.ts'
import { withPlaces } from '../../documents/issue-places.ts'
import { parseDocument } from '../../documents/parse-document.ts'
import { ConfigError, hasCode } from '../../process/errors.ts'
import type { Environment } from '../../process/settings.ts'
import { sinkFault } from '../sink-loaders.ts'
import { readRoutes } from './read-routes.ts'
import type { RoutesDocument } from './route-document.ts'
import { notRight, routesFile } from './routes-config.ts'

/**
 * Checks a text of YAML or JSON.
 *
 * @returns the document
 * @throws DocumentError with the line and the column of each fault
 */
export const parseRoutes = (text: string, environment: Environment): RoutesDocument => {
  const document = parseDocument(text)
  try {
    readRoutes(document, environment, environment === EVERY_VARIABLE ? undefined : sinkFault)
    return document as RoutesDocument // By readRoutes.
  } catch (error) {
    if (!hasCode<DocumentError>(error, 'document_invalid')) throw error
    throw new DocumentError(withPlaces(error.issues, text))
  }
}

/**
 * Puts the content of the routes' file into TIDINGS_CONFIG, as the JSON that functions of this process read.
 *
 * @throws ConfigError that names the file, and the line and the column of each fault
 */
export const giveRoutes = async (environment: NodeJS.ProcessEnv, folder?: string): Promise<void> => {
  const json = await readRoutesFile(environment, folder, parseRoutes)
  if (json !== undefined) environment.TIDINGS_CONFIG = json
}

/**
 * The routes' file as JSON, for a program that runs in another environment: variables may be missing here.
 *
 * @throws ConfigError as `giveRoutes`
 */
export const routesToTake = (environment: Environment, folder?: string): Promise<string | undefined> =>
  readRoutesFile(environment, folder, (text) => parseRoutes(text, EVERY_VARIABLE))

/** For a file that is used in another environment. A variable may stand for a part of a URL or for all of it. */
export const EVERY_VARIABLE: Environment = new Proxy({}, { get: () => 'http://variable.example' })

const readRoutesFile = async (
  environment: Environment,
  folder: string | undefined,
  parse: (text: string, environment: Environment) => unknown,
): Promise<string | undefined> => {
  const file = routesFile(environment, folder)
  if (file === undefined || file.trimStart().startsWith('{')) return file
  try {
    return JSON.stringify(parse(await readText(file), environment))
  } catch (error) {
    throw hasCode<DocumentError>(error, 'document_invalid') ? notRight(file, error) : error
  }
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new ConfigError(unreadable(file), { cause })
  }
}

export const unreadable = (file: string): string => `TIDINGS_CONFIG names ${file}, which cannot be read: check the name`
