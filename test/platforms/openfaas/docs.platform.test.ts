import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { codeBlocks } from '../../markdown.ts'
import { readStack } from './stack.ts'
import { images } from './watchdog.ts'

const NOT_RUN = '# not run by the tests'

for (const file of ['docs/container.md', 'docs/deploy-openfaas.md']) {
  describe(file, () => {
    const markdown = readFileSync(file, 'utf8')
    const [shown, others] = [codeBlocks(markdown, 'sh'), [] as string[]]
    // test/cli/relay-docs.live.test.ts types those of the relay, which does not end by itself.
    for (const block of shown) if (!block.startsWith(NOT_RUN) && !block.includes('tidings relay')) others.push(block)

    test('builds targets that there are', () => {
      const targets = [...markdown.matchAll(/--target (\S+)/g)].map(([, target = '']) => target)
      assert.deepEqual(
        targets.filter((target) => !(target in images.targets)),
        [],
      )
      assert.ok(targets.length > 0)
    })

    test('names files that there are', () => {
      const files = [...markdown.matchAll(/(?:deploy|examples)\/[\w./-]*\w/g)].map(([path]) => path)
      assert.deepEqual(
        files.filter((path) => !existsSync(path)),
        [],
      )
    })

    test('shows commands that work, or says that they were not run', (t) => {
      // The build has been made, by whoever started these tests.
      const commands = others.join('\n').replace('npm run build', ':')
      t.after(() => execFileSync('sh', ['-c', 'rm -f deploy/openfaas/node22/*.cjs']))
      execFileSync('bash', ['-euo', 'pipefail', '-c', commands])
    })
  })
}

test('docs/deploy-openfaas.md lists the functions of the stack files, with their images and secrets', () => {
  const markdown = readFileSync('docs/deploy-openfaas.md', 'utf8')
  const rows = [...markdown.matchAll(/^\| `([a-z0-9-]+)`\s+\| `(tidings[a-z-]*)`\s+\| ([^|]*?)\s*\|/gm)]
  const listed = rows.map(([, name, image, secrets = '']) => [name, image, [...secrets.matchAll(/[a-z-]+/g)].join()])
  const functions = { ...readStack('stack').functions, ...readStack('connector').functions }
  const there = Object.entries(functions).map(([name, { image, secrets = [] }]) => [
    name,
    /\/(.*):/.exec(image)?.[1],
    secrets.join(),
  ])
  assert.deepEqual(listed, there)
})
