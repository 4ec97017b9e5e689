// bin/tidings.cjs, which is the command before anything is built, in an installed package, and under an old Node.js.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { HELP } from '../../lib/cli/tidings.ts'
import { cephCapture } from '../fixtures.ts'
import { installedPackage } from '../installed-package.ts'
import { startReceiver } from '../receiver.ts'
import { freePorts } from '../services/ports.ts'
import { untilListening } from '../services/until-listening.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { bin, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const command = `${root}${bin.tidings}`
const AS_OLD = ['--require', `${root}test/old-node.cjs`]
const TOO_OLD = `tidings needs Node.js ${engines.node.slice(2)} or newer, and this is v20.20.2: install a newer one`

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}, detached = false) => {
  const child = spawn(process.execPath, args, { cwd: '/', env: { PATH: process.env.PATH, ...env }, detached })
  child.stdin.end()
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }),
  )
  return { child, ended }
}

/** No sources, no Node.js. */
const installed = installedPackage()

for (const [node, options] of Object.entries({ 'this Node.js': [], 'an old Node.js': AS_OLD })) {
  test(`a checkout runs its sources under ${node}`, async () => {
    const help = await start([...options, command, '--help']).ended
    assert.deepEqual(help, { code: 0, signal: null, stdout: HELP, stderr: '' })
    const none = await start([...options, command]).ended
    assert.equal(none.code, 1)
    assert.match(none.stderr, /^tidings: /)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal} ends a relay that runs under ${node}`, async () => {
      const [port] = await freePorts(1)
      const { child, ended } = start([...options, command, 'relay'], { AMQP_URL: `amqp://127.0.0.1:${port}` })
      // It looks for its broker, which is not there.
      await once(child.stderr, 'data')
      child.kill(signal)
      const { code, stderr } = await ended
      assert.equal(code, 0, stderr)
      assert.match(stderr, /"stopped"/)
    })
  }
}

test('SIGTERM to the whole process group, twice, stops a server that finishes what is in hand', async (t) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const { promise: arrived, resolve: arrives } = Promise.withResolvers<void>()
  const { promise: mayGo, resolve: go } = Promise.withResolvers<void>()
  receiver.answer = async () => {
    arrives()
    await mayGo
    return { status: 204 }
  }
  const [port] = await freePorts(1)
  const env = { PORT: `${port}`, SINK_URL: receiver.url, ALLOW_ANONYMOUS: 'true', SHUTDOWN_GRACE_MS: '0' }
  const { child, ended } = start([...AS_OLD, command, 'serve', 'ceph-notifications'], env, true)
  const group = -(child.pid ?? assert.fail())
  t.after(() => {
    if (child.exitCode === null) process.kill(group, 'SIGKILL')
  })
  const url = `http://127.0.0.1:${port}`
  await untilListening(
    Number(port),
    ended.then(({ stderr }) => stderr),
  )
  const headers = { 'content-type': 'application/json' }
  const posted = fetch(url, { method: 'POST', body: cephCapture('20.2.4/ObjectCreated_Put.plain.1').body, headers })
  await arrived
  process.kill(group, 'SIGTERM')
  const listens = () => fetch(`${url}/healthz`).then(Boolean, () => false)
  while (await listens()) await delay(50)
  process.kill(group, 'SIGTERM')
  // Long enough for a signal that ends the server.
  await delay(300)
  go()
  assert.equal((await posted).status, 204)
  assert.equal((await ended).code, 0)
})

test('a command that a signal ended is told to the caller as such', async () => {
  const [port] = await freePorts(1)
  const { child, ended } = start([...AS_OLD, command, 'relay'], { AMQP_URL: `amqp://127.0.0.1:${port}` })
  await once(child.stderr, 'data')
  child.kill('SIGHUP')
  assert.equal((await ended).signal, 'SIGHUP')
})

test('an installed package runs what was built, and says in one line that Node.js is too old', async () => {
  const script = `${installed}/${bin.tidings}`
  assert.deepEqual(await start([script, '--help']).ended, { code: 0, signal: null, stdout: HELP, stderr: '' })
  const old = await start([...AS_OLD, script, '--help']).ended
  assert.deepEqual(old, { code: 1, signal: null, stdout: '', stderr: `${TOO_OLD}\n` })
})

test('each bundle says in one line that Node.js is too old; one that is loaded throws that line', async () => {
  for (const bundle of readdirSync(`${root}dist`).filter((name) => name.endsWith('.cjs'))) {
    const path = `${root}dist/${bundle}`
    const run = await start([...AS_OLD, path]).ended
    assert.deepEqual(run, { code: 1, signal: null, stdout: '', stderr: `${TOO_OLD}\n` }, bundle)
    const load = `try { require('${path}') } catch (error) { console.log(error.message) }`
    const loaded = await start([...AS_OLD, '-e', load]).ended
    assert.deepEqual(loaded, { code: 0, signal: null, stdout: `${TOO_OLD}\n`, stderr: '' }, bundle)
  }
})
