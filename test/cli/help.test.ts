import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flagLines } from '../../lib/cli/help.ts'
import { oneOf, secret, text, trueOrFalse, wholeNumber } from '../../lib/process/settings.ts'

test('each flag has its meaning, its choice and its default, and no line is longer than 120 characters', () => {
  const lines = flagLines({
    RELAY_QUEUE: { rule: text, default: 'tidings', meaning: 'The `queue`.' },
    RELAY_QUEUE_TYPE: { rule: oneOf('quorum', 'classic'), default: 'quorum', meaning: 'The type.' },
    RELAY_RETRY_FIRST_DELAY_MS: { rule: wholeNumber(1, 9), default: 5, meaning: `How long ${'and '.repeat(20)}why.` },
    RELAY_ORDERED: { rule: trueOrFalse, default: false, meaning: 'In order.' },
    RELAY_INVOKE_TOKEN: { rule: secret, meaning: 'A secret, which others could see.' },
  })
  assert.equal(
    lines,
    `      --queue <value>            The queue. Default: tidings
      --queue-type <value>       The type. It must be quorum or classic. Default: quorum
      --retry-first-delay-ms <ms>
                                 How long and and and and and and and and and and and and and and and and and and and
                                 and why. Default: 5
      --ordered                  In order.`,
  )
})
