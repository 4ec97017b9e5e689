import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../../lib/process/errors.ts'
import { declarationFault } from '../../../lib/relay/broker/queues.ts'

/** As amqplib throws what RabbitMQ 3.10.8 said. */
const refusal = (text: string, code = 406) =>
  Object.assign(
    new Error(
      `Operation failed: QueueDeclare; ${code} (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - ${text}"`,
    ),
    { code },
  )

const said = "for queue 'q' in vhost '/':"

const cases: readonly [text: string, difference: string][] = [
  [
    `inequivalent arg 'x-max-length' ${said} received '10' but current is '20'`,
    'its x-max-length is 20, and the relay wants 10',
  ],
  [
    `inequivalent arg 'x-max-length' ${said} received none but current is the value '20' of type 'byte'`,
    'its x-max-length is 20, and the relay wants none',
  ],
  [
    `inequivalent arg 'x-overflow' ${said} received the value 'drop-head' of type 'longstr' but current is none`,
    'its x-overflow is none, and the relay wants drop-head',
  ],
  [
    `inequivalent arg 'x-queue-type' ${said} received 'classic' but current is 'quorum'`,
    'its x-queue-type is quorum, and the relay wants classic',
  ],
  [
    `inequivalent arg 'durable' ${said} received 'true' but current is 'false'`,
    'its durable is false, and the relay wants true',
  ],
]

for (const [text, difference] of cases) {
  test(`a refusal is told in plain words: ${difference}`, () => {
    const cause = refusal(text)
    const error = declarationFault(cause, 'q', '/')
    assert.ok(error instanceof ConfigError)
    assert.equal(error.cause, cause)
    assert.equal(
      error.message,
      `queue q of vhost / exists with other arguments: ${difference}. ` +
        'Delete it once it is empty, so that the relay declares it anew; or set the value that it has; or use another name',
    )
  })
}

test('a refusal in other words is a fault too, and no other failure is one', () => {
  assert.match(
    declarationFault(refusal('invalid arg'), 'q', '/')?.message ?? '',
    /the broker refuses to declare queue q of vhost \//,
  )
  assert.equal(declarationFault(refusal('access refused', 403), 'q', '/'), undefined)
  assert.equal(declarationFault(new Error('Channel ended'), 'q', '/'), undefined)
})
