import { readFile } from 'node:fs/promises'
import { type DocumentError, type Issue, issueText } from '../documents/document-issues.ts'
import { withPlaces } from '../documents/issue-places.ts'
import { hasCode } from '../process/errors.ts'
import { routesFile } from '../sinks/routes/routes-config.ts'
import { EVERY_VARIABLE, parseRoutes, unreadable } from '../sinks/routes/routes-file.ts'
import { doubtsAboutRoutes, missingFolders } from './doubts.ts'
import { type Command, flag, oneOfWords, parseCommandLine } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const USAGE = `Usage: tidings config check|print [file] [options]
       tidings config --help`

const HELP = `${USAGE}

Checks the file of routes, which says which events go to which sinks (docs/routes.md). Without a file it is the one that
TIDINGS_CONFIG names, or else tidings.config.yaml, .yml or .json in this folder.

Actions:
  check   print every fault, with its line and column. The variables that the file names have to be set. A type that no known event
          has, and a folder of a file: sink that is not here, are warnings, which do not change the exit code
  print   print the file as JSON, which is the form that a function on Lambda reads

Options:
      --json   for check: print the faults and the warnings as JSON
  -h, --help

Examples:
  tidings config check
  tidings config print tidings.config.yaml > tidings.config.json

Exit code: 0 the file is right; 1 it has faults, or cannot be read.
`

const run = async ({ args, env, stdout, stderr }: Terminal): Promise<ExitCode> => {
  const { values, positionals } = parseCommandLine(args, { json: flag })
  const [typed, given, ...more] = positionals
  const action = oneOfWords('action', typed, ['check', 'print'])
  if (more.length > 0) throw new UsageError('there are several files: name one')
  const file = given ?? routesFile(env)
  if (file === undefined)
    throw new UsageError('there is no tidings.config.yaml, .yml or .json in this folder: name the file')
  const name = file.trimStart().startsWith('{') ? 'TIDINGS_CONFIG' : file
  try {
    const content = name === file ? await readText(file, given === undefined && Boolean(env.TIDINGS_CONFIG)) : file
    const document = parseRoutes(content, action === 'print' ? EVERY_VARIABLE : env)
    if (action === 'print') {
      stdout.write(`${JSON.stringify(document, null, 2)}\n`)
      return EXIT.done
    }
    const warnings = withPlaces([...doubtsAboutRoutes(document), ...missingFolders(document, env)], content)
    if (!values.json) stderr.write(warnings.map((issue) => `warning: ${issueText(issue)}\n`).join(''))
    stdout.write(values.json ? json([], warnings) : `${name} has no faults\n`)
    return EXIT.done
  } catch (error) {
    if (!hasCode<DocumentError>(error, 'document_invalid')) throw error
    if (action === 'check' && values.json) stdout.write(json(error.issues, []))
    else stderr.write(`tidings: ${name} has faults\n${error.issues.map((issue) => `  ${issueText(issue)}\n`).join('')}`)
    return EXIT.failed
  }
}

const readText = async (file: string, isOfVariable: boolean): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new UsageError(isOfVariable ? unreadable(file) : `${file} cannot be read: check its name`)
  }
}

const json = (faults: readonly Issue[], warnings: readonly Issue[]): string =>
  `${JSON.stringify({ faults, warnings }, null, 2)}\n`

export const configCommand: Command = { usage: USAGE, help: HELP, run }
