import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { notification, wireRecord } from '../../ceph/ceph-records.ts'
import { ask } from '../../http-client.ts'
import { startReceiver } from '../../receiver.ts'
import { startNode22 } from './node22.ts'

const body = notification(wireRecord('a'))
const tokens = { AUTH_TOKENS: 'a token+%ö' }
const path = `/?token=${encodeURIComponent(tokens.AUTH_TOKENS)}`

describe('the handler for the node22 template', () => {
  test('keeps a token of the query as it is', async () => {
    await using running = await startNode22('ceph-notifications', tokens)
    assert.equal((await ask({ port: running.port, path, body })).status, 200)
    assert.equal((await ask({ port: running.port, path: `/?x=1&${path.slice(2)}&x=2`, body })).status, 200)
    assert.equal((await ask({ port: running.port, body })).status, 401)
  })

  test('answers 413 without a stack to what is larger than the template takes', async () => {
    await using running = await startNode22('ceph-notifications', tokens)
    const reply = await ask({ port: running.port, path, body: 'x'.repeat(1_100_000) })
    assert.equal(reply.status, 413)
    assert.doesNotMatch(reply.body, /node_modules|at /)
  })

  test('answers what has no body as the function does', async () => {
    await using running = await startNode22('ceph-notifications', tokens)
    const options = await ask({ port: running.port, path, method: 'OPTIONS' })
    assert.deepEqual([options.status, options.headers.allow], [204, 'POST, OPTIONS'])
    const get = await ask({ port: running.port, path, method: 'GET' })
    assert.deepEqual([get.status, get.headers['content-type']], [405, 'application/problem+json'])
  })

  test('never answers 200 to an error, which the template by itself would', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const throwing = `module.exports = async () => { throw new Error('inner words') }`
    writeFileSync(join(folder, 'handler.js'), throwing)
    {
      await using bare = await startNode22('ceph-notifications', tokens, folder)
      const leaked = await ask({ port: bare.port, path, body })
      assert.deepEqual([leaked.status, leaked.body], [200, 'Error: inner words'])
    }

    const broken = mkdtempSync(join(tmpdir(), 'tidings-'))
    t.after(() => rmSync(broken, { recursive: true }))
    execFileSync('cp', ['-r', 'deploy/openfaas/node22/.', broken])
    writeFileSync(join(broken, 'broken.cjs'), `exports.handler = async () => { throw new Error('inner words') }`)
    await using shimmed = await startNode22('ceph-notifications', { ...tokens, FUNCTION: 'broken' }, broken)
    const refused = await ask({ port: shimmed.port, path, body })
    assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1'])
    assert.deepEqual(JSON.parse(refused.body), {
      code: 'internal_error',
      status: 503,
      title: 'Try again later',
      detail: 'the function failed',
    })
  })

  for (const [name, environment] of Object.entries({
    RAW_BODY: { RAW_BODY: '' },
    AUTH_TOKENS_FILE: { AUTH_TOKENS_FILE: '/none' },
  })) {
    test(`does not start where ${name} is wrong`, async () => {
      const start = () =>
        startNode22('ceph-notifications', { AUTH_TOKENS: '', ...environment }).then(
          () => assert.fail('it started'),
          String,
        )
      let ended = await start()
      // The watchdog may end before it has printed the function's last output.
      for (let again = 0; again < 4 && !ended.includes(name); again++) ended = await start()
      assert.match(ended, /^Error: it ended: /)
      assert.match(ended, new RegExp(`${name}(?::| must) `))
    })
  }

  test('finishes what is under way at SIGTERM, which the template by itself would not', async (t) => {
    const receiver = await startReceiver()
    t.after(() => receiver.close())
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    const { promise: gate, resolve: release } = Promise.withResolvers<void>()
    receiver.answer = async () => {
      reach()
      await gate
      return { status: 204 }
    }
    await using running = await startNode22('ceph-notifications', {
      ...tokens,
      SINK_URL: receiver.url,
      healthcheck_interval: '100ms',
    })
    const slow = ask({ port: running.port, path, body })
    await reached
    running.process.kill('SIGTERM')
    // The watchdog takes no more connections once it drains.
    while (await ask({ port: running.port, path: '/_/health', method: 'GET' }).catch(() => undefined));
    release()
    assert.equal((await slow).status, 200)
    await running.exited
  })
})
