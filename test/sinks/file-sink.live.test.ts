// On a file system of 64 kB (tmpfs), which takes a mount namespace.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../services/processes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const child = fileURLToPath(new URL('full-disk.ts', import.meta.url))

test('on a full disk nothing is torn, and the sink goes on once there is room', async () => {
  const folder = temporaryFolder()
  const script = `mount -t tmpfs -o size=64k tmpfs ${folder} && exec ${process.execPath} ${child} ${folder}`
  const { before, refusal, during, after } = JSON.parse(
    await run('unshare', ['--map-root-user', '--mount', 'sh', '-c', script]),
  )
  assert.ok(before.length > 0)
  assert.deepEqual(refusal, {
    code: 'sink_unavailable',
    message: `sink file:${folder}/events.ndjson: the events cannot be written (ENOSPC)`,
  })
  assert.deepEqual(during, before)
  assert.deepEqual(after, [...before, 'last'])
})
