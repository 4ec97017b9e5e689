import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listText, redrivenText } from '../../lib/cli/dead-letters-text.ts'
import { DEAD_LETTERS_HELP, DEAD_LETTERS_USAGE, RELAY_HELP, RELAY_USAGE } from '../../lib/cli/help.ts'
import type { DeadLetter } from '../../lib/relay/dead-letters/describe-dead-letter.ts'
import { SWITCHES, VARIABLE_OF_FLAG } from '../../lib/relay/settings/relay-settings.ts'
import { runInProcess } from './in-process.ts'

const fails = async (args: readonly string[], message: string, usage: string): Promise<void> => {
  assert.deepEqual(await runInProcess(args), { code: 1, stdout: '', stderr: `tidings: ${message}\n${usage}\n` })
}

test('help is printed, and names every flag', async () => {
  assert.deepEqual(await runInProcess(['relay', '--help']), { code: 0, stdout: RELAY_HELP, stderr: '' })
  assert.deepEqual(await runInProcess(['dead-letters', 'list', '-h']), {
    code: 0,
    stdout: DEAD_LETTERS_HELP,
    stderr: '',
  })
  for (const flag of Object.keys(VARIABLE_OF_FLAG)) {
    const shown = SWITCHES.includes(flag) ? `--${flag} ` : `--${flag} <`
    assert.ok(RELAY_HELP.includes(shown), flag)
  }
})

test('a command line that cannot be meant fails with the usage, without showing values', async () => {
  await fails(
    ['relay', 's3cret'],
    'there is an argument that is not a flag: remove it, or name a function with --function',
    RELAY_USAGE,
  )
  await fails(['relay', '--colour=s3cret'], "Unknown option '--colour'", RELAY_USAGE)
  await fails(['relay', '--queue'], '--queue needs a value: --queue <value>', RELAY_USAGE)
  const wrong = (args: readonly string[], message: string) =>
    fails(['dead-letters', ...args], message, DEAD_LETTERS_USAGE)
  await wrong([], 'the action is missing. Use one of list, show, redrive.')
  await wrong(['purge'], "unknown action 'purge'. Use one of list, show, redrive.")
  await wrong(['list', 'x'], 'there is an argument after the action that is not a flag: remove it')
  await wrong(['show'], 'name one dead letter: by its id or by --index')
  await wrong(['show', 'abc', '--index', '1'], 'name one dead letter: by its id or by --index')
  await wrong(['list', '--limit', 'ten'], "--limit must be a whole number, got 'ten'")
  await wrong(['redrive'], 'choose the dead letters by an id, by --match or by --all, and only one of these')
  await wrong(
    ['redrive', 'abc', '--all'],
    'choose the dead letters by an id, by --match or by --all, and only one of these',
  )
  // Of the relay alone.
  await wrong(['list', '--batch-size', '5'], "Unknown option '--batch-size'")
})

test('what is wrong with a setting is told by its variable and its flag, and ends with 1', async () => {
  const env = { AMQP_URL: 'amqp://u:s3cret@h', RELAY_LINGER_MS: 'soon' }
  assert.deepEqual(await runInProcess(['relay'], { env }), {
    code: 1,
    stdout: '',
    stderr:
      "tidings: config_invalid: RELAY_LINGER_MS (--linger-ms) must be a whole number from 0 to 60000 (for example 50), got 'soon'\n",
  })
  assert.match((await runInProcess(['relay'])).stderr, /^tidings: config_invalid: AMQP_URL \(--url\) is missing: /)
  assert.match(
    (await runInProcess(['dead-letters', 'list'])).stderr,
    /there is no place to read from: .* set DEAD_LETTER_URL, or AMQP_URL /,
  )
  const unknown = await runInProcess(['relay', '--function', 'ceph'], { env: { AMQP_URL: 'amqp://h' } })
  assert.match(unknown.stderr, /^tidings: config_invalid: no function is called 'ceph': use ceph-notifications,/)
  const provisioner = await runInProcess(['relay', '--function', 'ceph-provisioner'], { env: { AMQP_URL: 'amqp://h' } })
  assert.match(
    provisioner.stderr,
    /^tidings: config_invalid: ceph-provisioner takes requests, not messages: run tidings/,
  )
  const file = await runInProcess(['relay'], { env: { AMQP_URL_FILE: '/no/such' } })
  assert.match(file.stderr, /^tidings: config_invalid: AMQP_URL_FILE must name a file/)
})

const deadLetter: DeadLetter = {
  index: 0,
  id: 'abcdef012345',
  eventType: 'evil\u001b[2J',
  messageId: undefined,
  reason: 'no\n\u0007good\r',
  attempts: 1,
  time: undefined,
  bytes: 5,
  exchange: '',
  routingKey: 'a\tb',
  queue: 'q\u009b',
}

test('what came over the wire does not steer the terminal', () => {
  assert.equal(
    listText({ vhost: '/', queue: 'q', count: 1, deadLetters: [deadLetter] }),
    [
      'q of vhost /: 1 dead letter',
      'index  id            time     tries  size     event type',
      '0      abcdef012345  no time  1 try  5 bytes  evil�[2J',
      '       (default exchange) a b: no �good ',
      '',
    ].join('\n'),
  )
  assert.equal(redrivenText({ redriven: [deadLetter], dryRun: false }), 'abcdef012345  to q�  evil�[2J\n1 put back\n')
})
