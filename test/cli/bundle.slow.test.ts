import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { RELAY_HELP } from '../../lib/cli/help.ts'
import { HELP } from '../../lib/cli/tidings.ts'

const root = new URL('../../', import.meta.url)

test('the bundle is a command on its own, by the name that the package gives it', async () => {
  const { bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const command = new URL(bin.tidings, root).pathname
  assert.deepEqual(await promisify(execFile)(command, ['--help'], { cwd: '/' }), { stdout: HELP, stderr: '' })
  const args = ['provision', 'apply', '--print-desired', '-b', 'photos', '-t', 'uploads', '-he', 'h']
  assert.match((await promisify(execFile)(command, args, { cwd: '/' })).stdout, /^topics:\n {2}- name: uploads\n/)
})

test('the relay is a bundle of its own', async () => {
  const relay = new URL('dist/relay.cjs', root).pathname
  const run = promisify(execFile)
  assert.deepEqual(await run(process.execPath, [relay, '--help'], { cwd: '/' }), { stdout: RELAY_HELP, stderr: '' })
  await assert.rejects(run(process.execPath, [relay], { cwd: '/', env: {} }), {
    code: 1,
    stderr:
      'tidings: config_invalid: AMQP_URL (--url) is missing: set the URL of RabbitMQ, such as amqp://user:password@host:5672/vhost\n',
  })
})
