import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PROVISION_HELP, PROVISION_USAGE } from '../../lib/cli/provision-help.ts'
import { HELP, USAGE } from '../../lib/cli/tidings.ts'
import { runInProcess } from './in-process.ts'
import { spawnTidings } from './spawned.ts'

const fails = async (args: readonly string[], message: string, usage = PROVISION_USAGE): Promise<void> => {
  assert.deepEqual(await runInProcess(args), { code: 1, stdout: '', stderr: `tidings: ${message}\n${usage}\n` })
}

test('help is printed, and is not a failure', async () => {
  for (const args of [['--help'], ['-h'], ['help']]) {
    assert.deepEqual(await runInProcess(args), { code: 0, stdout: HELP, stderr: '' })
  }
  for (const args of [['--help'], ['-h']]) {
    assert.deepEqual(await runInProcess(['provision', ...args]), { code: 0, stdout: PROVISION_HELP, stderr: '' })
  }
})

test('each action has its own help, with an example', async () => {
  for (const action of ['plan', 'apply', 'verify', 'destroy', 'prune', 'import']) {
    const { code, stdout } = await runInProcess(['provision', action, '--help'])
    assert.equal(code, 0)
    assert.match(
      stdout,
      new RegExp(`^Usage: tidings provision ${action} .*^Example: tidings provision ${action} `, 'ms'),
    )
  }
})

test('help names every action and flag', async () => {
  for (const name of ['plan', 'apply', 'verify', 'destroy', 'prune', '--json', '--file', '--endpoint-url', '-ke']) {
    assert.ok(PROVISION_HELP.includes(name), name)
  }
})

test('a command line that says nothing, or nothing known, fails with the usage', async () => {
  const commands = 'init, serve, send, build, config, provision, relay, dead-letters, completion'
  await fails([], `the command is missing. Use one of ${commands}.`, USAGE)
  await fails(['deploy'], `unknown command 'deploy'. Use one of ${commands}.`, USAGE)
  const actions = 'Use one of plan, apply, verify, destroy, prune, test, import.'
  await fails(['provision'], `the action is missing. ${actions}`)
  await fails(['provision', 'delete', '-f', 'x'], `unknown action 'delete'. ${actions}`)
  await fails(['provision', 'aply', '-f', 'x'], "unknown action 'aply'. Did you mean apply?")
  await fails(['provision', 'plan'], '--file is missing: name the document, or - for stdin')
  await fails(
    ['provision', 'plan', 'secret', '-f', 'x'],
    'there is an argument after the action that is not a flag: remove it',
  )
})

test('unknown flags and missing values fail with the usage, without showing values', async () => {
  await fails(['provision', 'plan', '-f', 'x', '--colour=secret'], "Unknown option '--colour'")
  await fails(['provision', 'plan', '-z'], "Unknown option '-z'")
  await fails(['provision', 'plan', '-f'], '--file needs a value: --file <file>')
  await fails(['provision', 'plan', '-f', 'x', '-s', '-secret'], '--secret-key needs a value: --secret-key <key>')
  await fails(['provision', 'plan', '-f', 'x', '--json=secret'], '--json takes no value: remove it')
})

test('a command or flag that is nearly right is answered with the right one', async () => {
  await fails(['dead-leters'], "unknown command 'dead-leters'. Did you mean dead-letters?", USAGE)
  await fails(['provision', 'plan', '--flie=x'], "Unknown option '--flie'. Did you mean --file?")
  await fails(['provision', 'plan', '--bucket', 'x'], "Unknown option '--bucket'. Did you mean --bucket-name?")
})

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  for (const flag of ['--version', '-v']) {
    assert.deepEqual(await runInProcess([flag]), { code: 0, stdout: `${version}\n`, stderr: '' })
  }
})

test('exit code and usage reach the shell', async () => {
  const { code, stdout, stderr } = await spawnTidings(['provision', 'plan', '--no-such-flag'])
  assert.deepEqual([code, stdout, stderr], [1, '', `tidings: Unknown option '--no-such-flag'\n${PROVISION_USAGE}\n`])
})
