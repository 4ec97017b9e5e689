import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as own from '../../lib/core/verdicts.ts'
import { outcomeOf } from '../../lib/core/verdicts.ts'

const directory = mkdtempSync(`${tmpdir()}/tidings-verdicts-`)
after(() => rmSync(directory, { recursive: true }))

/** A second copy of the classes, as a bundle has one beside an installed package. */
const bundledCopy = async (): Promise<typeof own> => {
  const outfile = `${directory}/verdicts.cjs`
  await build({
    entryPoints: [fileURLToPath(new URL('../../lib/core/verdicts.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
  })
  return createRequire(import.meta.url)(outfile)
}

test('what one copy of the package throws, another recognises', async () => {
  const other = await bundledCopy()
  assert.notEqual(other.Retry, own.Retry)
  const retry = new other.Retry({ afterSeconds: 30 })
  const setAside = new other.SetAside('it is empty')
  assert.deepEqual(
    [retry, setAside].map((thrown) => [own.isRetry(thrown), own.isSetAside(thrown)]),
    [
      [true, false],
      [false, true],
    ],
  )
  assert.deepEqual(outcomeOf(retry), { type: 'retry', error: retry, retryAfterSeconds: 30 })
})

test('nothing else is one', () => {
  for (const thrown of [undefined, null, 'retry', new Error('retry'), { afterSeconds: 3 }]) {
    assert.ok(!own.isRetry(thrown) && !own.isSetAside(thrown))
  }
})

test('a delay is counted in whole seconds, and has to be a number from 0', () => {
  assert.equal(new own.Retry({ afterSeconds: 0.2 }).afterSeconds, 1)
  assert.equal(new own.Retry({ afterSeconds: 0 }).afterSeconds, 0)
  assert.equal(new own.Retry().afterSeconds, undefined)
  for (const afterSeconds of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new own.Retry({ afterSeconds }), RangeError)
  }
})

test('a cause is kept', () => {
  const cause = new Error('away')
  assert.equal(new own.Retry({ cause }).cause, cause)
  assert.equal(new own.SetAside('no', { cause }).cause, cause)
})
