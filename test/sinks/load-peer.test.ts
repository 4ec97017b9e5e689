import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPeer } from '../../lib/sinks/load-peer.ts'

test('where the package of a sink is not installed, the message names the scheme of its URL and no secret', async () => {
  await assert.rejects(loadPeer('not-a-package', new URL('redis://user:secret@host/')), {
    code: 'config_invalid',
    message: 'a sink of redis: URLs needs the package not-a-package: run npm install not-a-package',
  })
})
