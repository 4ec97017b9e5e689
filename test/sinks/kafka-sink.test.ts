import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkNode } from '../../lib/sinks/kafka-sink.ts'

test('on a Node.js that the client does not run on, one line says so', () => {
  for (const version of ['22.22.0', '22.23.1', '24.6.0', '25.0.0', '26.1.0']) checkNode(version)
  for (const version of ['22.19.0', '23.11.0', '24.5.0'])
    assert.throws(() => checkNode(version), {
      code: 'config_invalid',
      message: `kafka: needs Node.js 22.22, 24.6 or newer, and this is v${version}: use another Node.js or sink`,
    })
})
