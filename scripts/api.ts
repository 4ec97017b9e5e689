// npm run api: docs/api.md, from the declarations and docstrings of what the package exports.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const ENTRIES = { tidings: 'lib/index.d.ts', 'tidings/testing': 'lib/testing/index.d.ts' } as const

export type Exported = {
  readonly entry: keyof typeof ENTRIES
  readonly name: string
  /** Markdown. */
  readonly documentation: string
  readonly declaration: string
}

/** Everything that the package exports, as its declaration files have it. */
export const readExports = (): readonly Exported[] => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-api-'))
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const options = ['--emitDeclarationOnly', '--noCheck', '--outDir', folder]
    execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), ...options])
    return Object.entries(ENTRIES).flatMap(([entry, file]) =>
      exportsOf(join(folder, file)).map((exported) => ({ entry: entry as Exported['entry'], ...exported })),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const exportsOf = (index: string): readonly Omit<Exported, 'entry'>[] =>
  [...readFileSync(index, 'utf8').matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '([^']+)';/gm)].flatMap(
    ([, names = '', path = '']) => {
      const file = join(dirname(index), path.replace(/\.(ts|js)$/, '.d.ts'))
      const declared = [...declarationsIn(file), ...exportsOf(file)]
      if (names === '*') return declared
      return [...names.matchAll(/(\w+)\s*[,}]/g)].map(([, name = '']) => {
        const found = declared.find((one) => one.name === name)
        if (found === undefined) throw new Error(`${path} declares no ${name}`)
        return found
      })
    },
  )

/** A declaration begins and ends in the first column. */
const DECLARATION =
  /(?:^\/\*\*((?:(?!\*\/).)*)\*\/\n)?^export (?:declare )?((?:const|type|abstract class|class|function) (\w+).*?)(?=\n(?:export|declare|type|const|import|\/\*\*)|(?!.))/gms

const declarationsIn = (file: string): readonly Omit<Exported, 'entry'>[] =>
  [...readFileSync(file, 'utf8').matchAll(DECLARATION)].map(([, comment = '', declaration = '', name = '']) => ({
    name,
    documentation: markdownOf(comment),
    declaration: declaration.trim().replaceAll('    ', '  '),
  }))

/** A docstring's tags become a list. */
const markdownOf = (comment: string): string => {
  const text = comment.replaceAll(/^ *\* ?/gm, '').trim()
  const [description = '', ...tags] = text.split(/(?:^|\s)@(?=param|returns|throws)/)
  const items = tags.map((tag) => {
    const line = tag.trim().replaceAll(/\s*\n\s*/g, ' ')
    return `- ${line
      .replace(/^param (\w+) /, '`$1`: ')
      .replace(/^throws /, 'Throws: ')
      .replace(/^returns /, 'Returns: ')}`
  })
  return [description.trim(), items.join('\n')].filter(Boolean).join('\n\n')
}

const INTRODUCTION = `# API

The exports of the package, with their docstrings, by \`npm run api\`. [write-a-function.md](write-a-function.md) explains how to use
them.
`

/** docs/api.md */
export const apiDocument = (exported: readonly Exported[]): string => {
  const section = (entry: Exported['entry']): string =>
    [
      `## ${entry}`,
      ...exported
        .filter((one) => one.entry === entry)
        .map(({ name, documentation, declaration }) =>
          [`### ${name}`, documentation, `\`\`\`ts\n${declaration}\n\`\`\``].filter(Boolean).join('\n\n'),
        ),
    ].join('\n\n')
  return `${INTRODUCTION}\n${section('tidings')}\n\n${section('tidings/testing')}\n`
}

if (import.meta.main) writeFileSync(join(root, 'docs/api.md'), apiDocument(readExports()))
