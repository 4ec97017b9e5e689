import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { handOver } from '../../../lib/relay/dead-letters/hand-over.ts'
import { type Letters, toLetter } from '../../../lib/relay/dead-letters/letter.ts'
import { createAsk } from '../../../lib/relay/invoke/invoke-http.ts'
import { startReceiver } from '../../receiver.ts'

const receiver = await startReceiver()
after(() => receiver.close())

const lettersOf = (contentTypes: readonly string[], body?: string): Letters => ({
  name: 'a list',
  async walk(visit) {
    for (const [index, type] of contentTypes.entries()) {
      const data = { body: body ?? String(index), headers: { 'content-type': type }, reasons: [] }
      const letter = toLetter({ type: 'tidings.dead-letter', source: 's', id: `${index}`, data }, index)
      assert.ok(letter)
      await visit(letter)
    }
    return 0
  },
})

test('a letter whose header HTTP cannot carry stays with its reason, and those behind it go', async () => {
  const left: string[] = []
  const options = {
    ask: createAsk({ url: new URL(receiver.url), token: undefined, timeoutMs: 5000 }),
    isWanted: () => true,
    dryRun: false,
    signal: new AbortController().signal,
    onRedriven: () => {},
    onSetAside: () => {},
    onLeft: ({ index }: { readonly index: number }, reason: string) => left.push(`${index} ${reason}`),
  }
  await handOver(lettersOf(['a\r\nhost: b', '日本', 'a\0', 'b\n', 'text/plain']), options)
  const reason = 'its header content-type has characters that HTTP cannot carry'
  assert.deepEqual(
    left,
    [0, 1, 2, 3].map((index) => `${index} ${reason}`),
  )
  assert.deepEqual(
    receiver.requests.map(({ body }) => body),
    ['4'],
  )
})

test("a function that asks for the topic's secret gets it with each message that had shown it", async () => {
  const seen = receiver.requests.length
  await handOver(lettersOf(['application/json'], '{"Records":[{"opaqueData":"[redacted]"}]}'), {
    ask: createAsk({ url: new URL(receiver.url), token: undefined, timeoutMs: 5000 }),
    opaqueSecret: 'of-the-topic',
    isWanted: () => true,
    dryRun: false,
    signal: new AbortController().signal,
    onRedriven: () => {},
    onSetAside: () => {},
    onLeft: () => {},
  })
  assert.deepEqual(
    receiver.requests.slice(seen).map(({ body }) => body),
    ['{"Records":[{"opaqueData":"of-the-topic"}]}'],
  )
})
