// Each product is deleted as a folder, in a copy, with its files of the kit. The rooms that remain pass the type checker.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { COMPOSITIONS, PRODUCTS, SHARED } from './house.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = join(import.meta.dirname, '..')
const COMPOSED = `import type { FunctionHandler } from '../lib/kit/function.ts'\nexport declare const handler: FunctionHandler\n`

describe('without a product, the rooms that do not compose products pass the type checker:', () => {
  for (const [product, kitFiles] of Object.entries(PRODUCTS)) {
    test(product, async () => {
      const copy = temporaryFolder()
      for (const path of ['lib', 'tsconfig.json', 'package.json'])
        cpSync(join(root, path), join(copy, path), { recursive: true })
      mkdirSync(join(copy, 'functions'))
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
      for (const file of readdirSync(join(copy, 'lib', product), { recursive: true, encoding: 'utf8' })) {
        const path = `lib/${product}/${file}`
        if (file.endsWith('.ts') && !SHARED.has(path)) rmSync(join(copy, path))
      }
      for (const file of kitFiles) rmSync(join(copy, 'lib/kit', file))
      for (const room of COMPOSITIONS) rmSync(join(copy, 'lib', room), { recursive: true, force: true })
      // The host loads the functions of functions/ by name, whatever they are composed of.
      for (const file of readdirSync(join(root, 'functions'))) writeFileSync(join(copy, 'functions', file), COMPOSED)
      const tsconfig = { extends: './tsconfig.json', include: ['lib'], compilerOptions: { noEmit: true } }
      writeFileSync(join(copy, 'without.json'), JSON.stringify(tsconfig))
      const tsc = join(root, 'node_modules/.bin/tsc')
      const { stdout } = await promisify(execFile)(tsc, ['-p', join(copy, 'without.json')]).catch((error) => error)
      assert.equal(stdout, '')
    })
  }
})
