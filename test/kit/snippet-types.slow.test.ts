// The functions in docs/write-a-function.md and README.md pass the type checker.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { codeBlocks } from '../markdown.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
mkdirSync(`${root}dist`, { recursive: true })
// Inside the package, where its dependencies are found.
const project = mkdtempSync(`${root}dist/snippets-`)
after(() => rmSync(project, { recursive: true }))

test('all snippets, also those of README.md, pass the type checker', async () => {
  const [snippets = [], others = []] = ['docs/write-a-function.md', 'README.md'].map((page) =>
    codeBlocks(readFileSync(`${root}${page}`, 'utf8'), 'ts'),
  )
  for (const [index, snippet] of [...snippets, ...others].entries())
    writeFileSync(`${project}/snippet-${index}.ts`, snippet)
  writeFileSync(`${project}/photos.ts`, snippets[0] ?? '') // The test among them imports it.
  const tsconfig = { extends: `${root}tsconfig.json`, include: ['*.ts'], compilerOptions: { noEmit: true } }
  writeFileSync(`${project}/tsconfig.json`, JSON.stringify(tsconfig))
  const { stdout } = await promisify(execFile)(`${root}node_modules/.bin/tsc`, ['-p', project]).catch((error) => error)
  assert.equal(stdout, '')
})
