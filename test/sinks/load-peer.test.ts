import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPeer } from '../../lib/sinks/load-peer.ts'

test('a package that is not installed is named, with the command that installs it', async () => {
  await assert.rejects(loadPeer('not-a-package', new URL('redis://user:secret@host/')), {
    code: 'config_invalid',
    message: 'a sink of redis: URLs needs the package not-a-package: run npm install not-a-package',
  })
})

test('a package that is installed and broken is no missing one', async () => {
  await assert.rejects(loadPeer(new URL('broken-peer.cjs', import.meta.url).href, new URL('redis://host/')), {
    code: 'MODULE_NOT_FOUND',
  })
})
