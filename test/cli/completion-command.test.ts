import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { runInProcess } from './in-process.ts'

const run = promisify(execFile)

/** The completions that bash offers for the last of these words. */
const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { stdout: script } = await runInProcess(['completion', 'bash'])
  const state = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`
  const { stdout } = await run('bash', ['-c', `${script}\n${state}\n_tidings\nprintf '%s\\n' "\${COMPREPLY[@]}"`])
  return stdout.split('\n').filter(Boolean)
}

test('bash completes commands, actions and flags', async () => {
  assert.deepEqual(await offered('tidings', 'se'), ['serve', 'send'])
  assert.deepEqual(await offered('tidings', '--v'), ['--version'])
  assert.deepEqual(await offered('tidings', 'provision', 'pl'), ['plan'])
  assert.deepEqual(await offered('tidings', 'send', 'o'), ['openstack'])
  assert.deepEqual(await offered('tidings', 'send', 'ceph', '--b'), ['--bucket'])
  assert.deepEqual(await offered('tidings', 'relay', '--queue-t'), ['--queue-type', '--queue-ttl-ms'])
  // Then bash offers files.
  assert.deepEqual(await offered('tidings', 'serve', './ph'), [])
})

test('zsh takes the same script, and fish one of its own', async () => {
  const [bash, zsh, fish] = await Promise.all(
    ['bash', 'zsh', 'fish'].map((shell) => runInProcess(['completion', shell])),
  )
  assert.equal(zsh?.stdout, `autoload -U +X bashcompinit && bashcompinit\n${bash?.stdout}`)
  assert.match(fish?.stdout ?? '', /^complete -c tidings -n __fish_use_subcommand -a init -d '[^\n]+'\n/)
  assert.match(fish?.stdout ?? '', /^complete -c tidings -n '__fish_seen_subcommand_from send' -l bucket$/m)
})

test('a shell that is not known fails with the usage', async () => {
  const { code, stderr } = await runInProcess(['completion'])
  assert.equal(code, 1)
  assert.match(stderr, /^tidings: name the shell: bash, zsh or fish\nUsage: /)
})
