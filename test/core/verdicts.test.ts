import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as own from '../../lib/core/verdicts.ts'
import { outcomeOf } from '../../lib/core/verdicts.ts'
import {
  AuthenticationError,
  InternalError,
  NotANotificationError,
  SinkUnavailableError,
} from '../../lib/process/errors.ts'
import { RgwRefusedError } from '../../lib/provisioning/gateway/refusal.ts'

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

test('the errors say in words what was asked, and have the codes of the protocol', () => {
  const shown = ({ name, code, status, message }: own.Retry | own.SetAside) => [name, code, status, message]
  const asked = 'the handler asked for the message again'
  assert.deepEqual(shown(new own.Retry()), ['Retry', 'retry_requested', 503, asked])
  assert.deepEqual(shown(new own.Retry({ afterSeconds: 1.5 })), [
    'Retry',
    'retry_requested',
    503,
    `${asked} after 1.5 s`,
  ])
  assert.deepEqual(shown(new own.SetAside('no')), ['SetAside', 'set_aside', 422, 'no'])
  assert.deepEqual(shown(new own.SetAside('')), ['SetAside', 'set_aside', 422, 'the handler gave no reason'])
  const afterSeconds = Number.MAX_SAFE_INTEGER
  assert.throws(() => new own.Retry({ afterSeconds }), {
    message: `Retry: afterSeconds must be a number of at least 0, got ${afterSeconds}`,
  })
})

test('a handler of the same copy is understood too', () => {
  assert.deepEqual([own.isRetry(new own.Retry()), own.isSetAside(new own.Retry())], [true, false])
  assert.deepEqual([own.isRetry(new own.SetAside('no')), own.isSetAside(new own.SetAside('no'))], [false, true])
})

test('a fault of the sender is rejected, one of ours retried, and a gateway that did not obey is told to the caller', () => {
  const refusal = { operation: 'CreateTopic', httpStatus: 403, rgwCode: undefined, requestId: undefined }
  const errors = [
    new AuthenticationError('no token'),
    new NotANotificationError('a poem'),
    new InternalError('a bug'),
    new RgwRefusedError('no', refusal),
    new SinkUnavailableError('away'),
  ]
  assert.deepEqual(
    errors.map((error) => [error.status, outcomeOf(error).type]),
    [
      [401, 'reject'],
      [errors[1]?.status, 'reject'],
      [500, 'retry'],
      [502, 'reject'],
      [503, 'retry'],
    ],
  )
})
