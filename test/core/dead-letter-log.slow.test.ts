import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeadLetterData } from '../../lib/core/dead-letter.ts'
import { startHost } from '../hosts/process.ts'
import { startReceiver } from '../receiver.ts'

for (const status of [413, 431]) {
  test(`a dead letter that its sink answers ${status} is in the log, and its message does not come again`, async (t) => {
    const deadLetters = await startReceiver()
    t.after(() => deadLetters.close())
    deadLetters.answer = () => ({ status })
    const host = await startHost(t, { FUNCTION: 'ceph-notifications', DEAD_LETTER_URL: deadLetters.url })
    const { status: answered } = await fetch(`http://127.0.0.1:${host.port}/`, {
      method: 'POST',
      body: '{"Records":[5]}',
    })
    assert.equal(answered, 200)
    const kept = host.logLines().filter(({ type }) => type === 'tidings.dead-letter')
    assert.deepEqual(
      kept.map(({ data }) => (data as DeadLetterData).body), // What we write there.
      ['{"Records":[5]}'],
    )
  })
}
