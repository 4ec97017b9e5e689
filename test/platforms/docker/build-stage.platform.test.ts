import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { readImages, targetOf } from './images.ts'

/** Nothing but these paths is in the context: the file begins with `*` and lists exceptions. */
const context = (ignoreFile: string): readonly string[] => {
  const [first, ...exceptions] = ignoreFile.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  assert.equal(first, '*')
  return exceptions.map((line) => line.replace(/^!/, ''))
}

test('what .dockerignore lets through is enough for the build stage, which makes the bundles that were tested', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-build-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const allowed = context(readFileSync('.dockerignore', 'utf8'))
  const used = new Set<string>()
  for (const { copy = [], to = '', run } of targetOf(readImages(), 'build').steps) {
    for (const source of copy) {
      assert.ok(allowed.includes(source), `${source} is not in the context`)
      used.add(source)
      cpSync(source, join(folder, to.endsWith('/') ? join(to, basename(source)) : to), { recursive: true })
    }
    const [command, ...args] = run ?? []
    if (command === undefined) continue
    const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
    execFileSync(command, args, { cwd: folder, env: { ...process.env, PATH }, stdio: 'pipe' })
  }
  assert.deepEqual([...used].sort(), [...allowed].sort())
  const bundles = readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.cjs'))
  assert.ok(bundles.includes('server.cjs') && bundles.includes('cli.cjs'))
  for (const name of bundles) {
    assert.ok(
      existsSync(`dist/${name}`) && readFileSync(join(folder, 'dist', name)).equals(readFileSync(`dist/${name}`)),
    )
  }
})
