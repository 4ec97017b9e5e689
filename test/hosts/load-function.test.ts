import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, describe, test } from 'node:test'
import { loadFunction } from '../../lib/hosts/load-function.ts'
import { ConfigError } from '../../lib/process/errors.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tidings-modules-')))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'folder.ts'))
/** Modules without an extension of their own language are ES modules here, as `npm init` makes them today. */
writeFileSync(join(folder, 'package.json'), '{"type":"module"}')

const moduleOf = (name: string, ...lines: readonly string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

describe('a handler is', () => {
  for (const [name, ...lines] of [
    ['named.mjs', 'export const handler = () => "mine"'],
    ['default.mjs', 'export default () => "mine"'],
    ['object.mjs', 'export default { handler: () => "mine" }'],
    ['both.mjs', 'export const handler = () => "mine"', 'export default () => "other"'],
    ['typed.ts', 'export const handler = (event: unknown, context?: object): string => "mine"'],
    ['typed.mts', 'type Answer = string', 'export const handler = (): Answer => "mine"'],
    ['plain.js', 'export const handler = () => "mine"'],
    ['exports.cjs', 'exports.handler = () => "mine"'],
    ['module.cjs', 'module.exports = () => "mine"'],
    ['module-handler.cjs', 'module.exports = { handler: () => "mine" }'],
    [
      'transpiled.cjs',
      'Object.defineProperty(exports, "__esModule", { value: true })',
      'exports.default = () => "mine"',
    ],
    ['typed.cts', 'exports.handler = (): string => "mine"'],
    ['awaited.mjs', 'const answer = await Promise.resolve("mine")', 'export const handler = () => answer'],
    ['ä b#?%.mjs', 'export const handler = () => "mine"'],
  ] as const) {
    test(`in ${name}`, async () => {
      const { name: called, handler } = await loadFunction(moduleOf(name, ...lines))
      assert.deepEqual([called, handler({}, {})], [name.replace(/\.\w+$/, ''), 'mine'])
    })
  }

  test('found from the working directory', async () => {
    const path = relative(process.cwd(), moduleOf('near.mjs', 'export const handler = () => "mine"'))
    assert.equal((await loadFunction(path)).name, 'near')
  })

  test('required from this package in CommonJS', async () => {
    const file = moduleOf('required.cjs', "const { ceph } = require('tidings')", 'exports.handler = ceph()')
    assert.equal(typeof (await loadFunction(file)).handler, 'function')
  })

  test('one of ours by its name', async () => {
    const { name, handler } = await loadFunction('openstack-notifications')
    assert.deepEqual([name, typeof handler], ['openstack-notifications', 'function'])
  })
})

describe('what cannot be loaded is told with its place:', () => {
  const choice =
    'use ceph-notifications, ceph-provisioner, openstack-notifications, or the path of a module of your own, such as ./photos.ts'
  const at = (name: string, line: number) => `${join(folder, name)}:${line}`
  const cases: readonly (readonly [what: string, given: string, message: string])[] = [
    ['an unknown name', 'photos', `no function is called 'photos': ${choice}`],
    ['a name that every object has', 'constructor', `no function is called 'constructor': ${choice}`],
    [
      'no file',
      join(folder, 'none.ts'),
      `there is no file ${join(folder, 'none.ts')}: check the path '${join(folder, 'none.ts')}'`,
    ],
    [
      'no extension',
      moduleOf('bare.ts', '').replace('.ts', ''),
      `there is no file ${join(folder, 'bare')}: name ${join(folder, 'bare.ts')}`,
    ],
    [
      'a folder',
      join(folder, 'folder.ts'),
      `${join(folder, 'folder.ts')} is a folder: name the file of the function in it, such as index.ts`,
    ],
    [
      'a file of another kind',
      moduleOf('view.tsx', ''),
      `${join(folder, 'view.tsx')} is not a module that Node.js runs: the file name must end with .ts, .mts, .cts, .js, .mjs or .cjs`,
    ],
    [
      'no export',
      moduleOf('empty.mjs', ''),
      `${join(folder, 'empty.mjs')} exports nothing: write export const handler = …`,
    ],
    [
      'another export',
      moduleOf('other.mjs', 'export const handle = () => {}', 'export const b = 1'),
      `${join(folder, 'other.mjs')} exports b, handle, but no handler: write export const handler = …`,
    ],
    [
      'another export of CommonJS',
      moduleOf('other.cjs', 'module.exports = { handle: 1 }'),
      `${join(folder, 'other.cjs')} exports handle, but no handler: write export const handler = …`,
    ],
    [
      'a handler of another type',
      moduleOf('text.mjs', 'export const handler = "mine"'),
      `${join(folder, 'text.mjs')} exports a handler of type string, which is not a function: export a function`,
    ],
    [
      'a syntax error',
      moduleOf('bad.mjs', 'export const a = 1', '', 'const = 2'),
      `${at('bad.mjs', 3)}: SyntaxError: Unexpected token '='`,
    ],
    [
      'a syntax error of CommonJS',
      moduleOf('bad.cjs', '', 'const = 2'),
      `${at('bad.cjs', 2)}: SyntaxError: Unexpected token '='`,
    ],
    [
      'a syntax error of TypeScript',
      moduleOf('bad.ts', 'const a: number = 1', 'const = 2'),
      `${at('bad.ts', 2)}: SyntaxError: Unexpected token \`=\`. Expected yield, an identifier, [ or {`,
    ],
    [
      'TypeScript that is more than types',
      moduleOf('enum.ts', 'const a = 1', 'enum A { B }'),
      `${at('enum.ts', 2)}: SyntaxError: TypeScript enum is not supported in strip-only mode`,
    ],
    [
      'what it throws',
      moduleOf('thrown.ts', 'type A = 1', '', 'const a: any = null', 'a.b()', 'export const handler = () => {}'),
      `${at('thrown.ts', 4)}: TypeError: Cannot read properties of null (reading 'b')`,
    ],
    [
      'an import that is not there',
      moduleOf('lost.mjs', 'import "./nowhere.mjs"'),
      `${join(folder, 'lost.mjs')}: Error: Cannot find module '${join(folder, 'nowhere.mjs')}' imported from ${join(folder, 'lost.mjs')}`,
    ],
    [
      'a package that is not installed',
      moduleOf('poor.mjs', 'import "nowhere"'),
      `${join(folder, 'poor.mjs')}: Error: Cannot find package 'nowhere' imported from ${join(folder, 'poor.mjs')}`,
    ],
    [
      'an import that does not have that name',
      moduleOf('named-import.mjs', '', 'import { nope } from "node:fs"'),
      `${at('named-import.mjs', 2)}: SyntaxError: The requested module 'node:fs' does not provide an export named 'nope'`,
    ],
    [
      'what it throws that is not an error',
      moduleOf('string.mjs', 'throw "no"'),
      `${join(folder, 'string.mjs')}: while it was loaded, it threw no`,
    ],
  ]
  for (const [what, given, message] of cases) {
    test(what, async () => {
      await assert.rejects(loadFunction(given), (error) => {
        assert.ok(error instanceof ConfigError)
        assert.equal(error.message, message)
        return true
      })
    })
  }
})
