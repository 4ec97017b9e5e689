import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const build = fileURLToPath(new URL('../scripts/build.ts', import.meta.url))

/** In bytes. Those of functions are paid for with every cold start. */
const budgets: Readonly<Record<string, number>> = {
  'ceph-notifications.cjs': 102_000,
  'openstack-notifications.cjs': 120_000,
  'ceph-provisioner.cjs': 800_000,
  'server.cjs': 1_050_000,
  'cli.cjs': 1_600_000,
  'relay.cjs': 1_350_000,
}

describe('the bundles', () => {
  const directories = [1, 2].map(() => mkdtempSync(`${tmpdir()}/tidings-bundles-`))
  const [first = '', second = ''] = directories
  let names: readonly string[] = []
  before(async () => {
    // From different folders: where a build runs must not show.
    await run(process.execPath, [build, first], { cwd: first })
    await run(process.execPath, [build, second], { cwd: second })
    names = readdirSync(first).sort()
  })
  after(() => {
    for (const directory of directories) rmSync(directory, { recursive: true })
  })
  const bundles = () => names.filter((name) => name.endsWith('.cjs'))
  const sourcesOf = (name: string): string[] => JSON.parse(readFileSync(`${first}/${name}.map`, 'utf8')).sources

  test('are the same bytes each time they are built', () => {
    assert.deepEqual(readdirSync(second).sort(), names)
    for (const name of names) {
      assert.ok(readFileSync(`${first}/${name}`).equals(readFileSync(`${second}/${name}`)), name)
    }
  })

  test('keep within their budgets', () => {
    const tooLarge = bundles().filter((name) => statSync(`${first}/${name}`).size > (budgets[name] ?? 0))
    assert.deepEqual(tooLarge, [])
  })

  test('have their source maps beside them, not in them', () => {
    assert.deepEqual(
      names.filter((name) => name.endsWith('.map')),
      bundles().map((name) => `${name}.map`),
    )
    for (const name of bundles())
      assert.doesNotMatch(readFileSync(`${first}/${name}`, 'utf8'), /sourceMappingURL=data:/)
  })

  test('of functions of notifications hold nothing of the AWS SDK, which the provisioner has', () => {
    const withSdk = bundles().filter((name) => sourcesOf(name).some((source) => /\/@(aws-sdk|smithy)\//.test(source)))
    assert.ok(withSdk.includes('ceph-provisioner.cjs'))
    assert.deepEqual(
      withSdk.filter((name) => name.endsWith('-notifications.cjs')),
      [],
    )
  })
})
