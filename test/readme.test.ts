// What README and docs/ name exists: examples, scripts, links, dependencies.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { codeBlocks } from './markdown.ts'

const root = new URL('..', import.meta.url).pathname
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8')

const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync(`${root}docs`).map((file) => `docs/${file}`)]

test("README's first function is the example that its first command serves", () => {
  assert.equal(codeBlocks(read('README.md'), 'ts')[0], read('examples/photos.ts').trim())
})

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const document of documents) {
    for (const [, script = ''] of read(document).matchAll(/npm run ([\w:-]+)/g)) {
      // `dev` is a script of the project that `tidings init` writes.
      assert.ok(script in scripts || script === 'dev', `${document}: npm run ${script}`)
    }
  }
})

test('every link within the repository leads somewhere', () => {
  for (const document of documents) {
    for (const [, target = ''] of read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      assert.ok(existsSync(new URL(target, `file://${root}${document}`)), `${document}: ${target}`)
    }
  }
})

test('dependencies.md has a line for each dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const { optionalDependencies } = JSON.parse(read('runtime/package.json'))
  const told = read('docs/dependencies.md')
  for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    assert.ok(told.includes(`\`${name}\``), name)
  }
})
