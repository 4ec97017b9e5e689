import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const directory = mkdtempSync(`${tmpdir()}/tidings-lines-`)
after(() => rmSync(directory, { recursive: true }))

const env = {
  ...process.env,
  NODE: process.execPath,
  WRITER: fileURLToPath(new URL('./line-writer-process.ts', import.meta.url)),
  FILE: `${directory}/out`,
}

/** Runs a command of the shell, in which `$WRITER` is the process that writes. */
const shell = (command: string) => spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] })

const isWhole = (line: string): boolean => {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

for (const pipe of ['blocking', 'non-blocking']) {
  test(`events, dead letters and log on one ${pipe} pipe, 2>&1: of 1,000 lines of 50 kB none is broken`, async () => {
    const child = shell(`exec "$NODE" "$WRITER" ${pipe} 2>&1`)
    let count = 0
    let broken = 0
    for await (const line of createInterface({ input: child.stdout })) {
      count++
      if (!isWhole(line)) broken++
    }
    assert.deepEqual([count, broken], [1000, 0])
  })
}

test('a line that a full disk has torn off stays alone: the next one begins on a line of its own', async () => {
  // A file may have 32 blocks of 512 bytes. The process makes room, and writes on.
  const child = shell(`ulimit -f 32; exec "$NODE" "$WRITER" 'full disk' >> "$FILE"`)
  const [code] = await once(child, 'exit')
  const lines = readFileSync(env.FILE, 'utf8').split('\n')
  assert.deepEqual([code, lines.map(isWhole)], [0, [true, false, true, false]])
})

test('a log that nobody reads any more does not end the process', async () => {
  const child = shell('exec "$NODE" "$WRITER" unread 2>&1 >/dev/null')
  child.stdout.destroy()
  child.stderr.destroy()
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})
