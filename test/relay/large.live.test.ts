// Large messages in a memory of 256 MiB: a control group where this user may make one, else the measured peak.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { openLab, relayOptions, until } from './rig.ts'

const { rig, prepare } = await openLab()

const MIB = 1_048_576
const LIMIT = 256 * MIB
const LARGE = 10_000_000
/** The most that the relay takes by default. */
const LARGEST = 20_000_000
/** As the image of the relay sets them (deploy/docker/Dockerfile), and a small heap. */
const V8_OPTIONS = ['--max-semi-space-size=16', '--max-old-space-size=128']
/** More than the memory that the relay has. */
const COUNT = 30

/** Of version 1 of control groups. False: none can be made here. */
const limitMemory = async (group: string, pid: number): Promise<boolean> => {
  try {
    await mkdir(group)
    await writeFile(join(group, 'memory.limit_in_bytes'), String(LIMIT))
    await writeFile(join(group, 'cgroup.procs'), String(pid))
    return true
  } catch {
    return false
  }
}

/** Bytes. */
const peakOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

for (const type of ['quorum', 'classic'] as const) {
  test(`${COUNT} messages of 10 MB between good ones, and one of 20 MB, on a ${type} queue pass in 256 MiB; a larger one is a dead letter`, async (t) => {
    const { queue, source } = await prepare(`large-${type}`, { type })
    const options = relayOptions(source, {
      batch: { size: 100, lingerMs: 20 },
      prefetch: 200,
      bytesInHand: 32 * MIB,
      maxMessageBytes: LARGEST,
    })
    const relay = spawn(
      process.execPath,
      [...V8_OPTIONS, join(import.meta.dirname, 'mortal-relay.ts'), JSON.stringify(options)],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, MALLOC_ARENA_MAX: '1' } },
    )
    const pid = relay.pid ?? 0
    const group = `/sys/fs/cgroup/memory/tidings-${pid}`
    const isLimited = await limitMemory(group, pid)
    const handled: string[] = []
    createInterface(relay.stdout).on('line', (line) => handled.push(line))
    const exited = once(relay, 'close')
    await until('the queue is there', async () => (await rig.depth(queue.name)) !== undefined)

    const names: string[] = []
    for (let index = 0; index < COUNT; index++) {
      names.push(`large${index}:`, `good${index}:`)
      await rig.publish('', queue.name, [`large${index}:`.padEnd(LARGE), `good${index}:`])
    }
    names.push('largest:')
    await rig.publish('', queue.name, ['largest:'.padEnd(LARGEST), 'huge:'.padEnd(LARGEST + 1)])
    await until('all are handled', () => new Set(handled).size === names.length)
    await until('the huge one is a dead letter', async () => (await rig.depth(`${queue.name}.dead-letters`)) === 1)
    const peak = await peakOf(pid)
    t.diagnostic(`peak ${Math.round(peak / MIB)} MiB, limited by a control group: ${isLimited}`)
    relay.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null])
    if (isLimited) await rmdir(group)
    else assert.ok(peak < LIMIT, `${peak} bytes`)
    assert.deepEqual([...new Set(handled)].toSorted(), names.toSorted())
    const dead = await rig.take(`${queue.name}.dead-letters`)
    assert.equal(
      dead?.properties.headers?.['x-tidings-reason'],
      'the body has 20000001 bytes, and 20000000 are allowed',
    )
  })
}
