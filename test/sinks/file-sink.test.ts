import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Sink } from '../../lib/core/sink.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { eachLine } from '../each-line.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { event, testSink } from './contract.ts'

const folder = temporaryFolder()
let folders = 0
const newPath = (): string => {
  const own = join(folder, String(++folders))
  mkdirSync(own)
  return join(own, 'events.ndjson')
}

const open = (path: string, query = ''): Sink =>
  openSink(new URL(`${pathToFileURL(path)}${query}`), 1, { mode: 'batch', timeoutMs: 5000, retries: 0 })

/** @throws where a line is broken */
const eventsIn = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
const idsIn = (path: string): readonly string[] => eventsIn(path).map(({ id }) => id)
const namesIn = (path: string): readonly string[] => readdirSync(dirname(path)).sort()

for (const sync of ['always', 'never']) {
  testSink({
    name: `file: with sync=${sync}`,
    open: () => {
      const path = newPath()
      writeFileSync(path, '')
      let at = path
      return {
        sink: open(path, `?sync=${sync}`),
        received: () => eventsIn(at),
        breakDown: () => {
          renameSync(dirname(path), `${dirname(path)}-gone`)
          writeFileSync(dirname(path), '')
          at = join(`${dirname(path)}-gone`, 'events.ndjson')
        },
      }
    },
  })
}

test('a file that would become too large is renamed, and no event is cut in two or lost', async () => {
  const path = newPath()
  const sink = open(path, '?maxSize=1kB')
  const ids = Array.from({ length: 20 }, (_, index) => `${index}`)
  for (const id of ids) await sink.deliver([event(id)])
  const names = namesIn(path)
  const sizes = names.map((name) => readFileSync(join(dirname(path), name)).length)
  assert.ok(
    sizes.every((size) => size <= 1000),
    String(sizes),
  )
  assert.equal(names.at(-1), 'events.ndjson')
  for (const name of names.slice(0, -1))
    assert.match(name, /^events\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(-\d+)?\.ndjson$/)
  const found = names.flatMap((name) => idsIn(join(dirname(path), name)))
  assert.deepEqual(found.toSorted(), ids.toSorted())
})

test('the file of another day is renamed with the first event of this one', async () => {
  const path = newPath()
  await open(path).deliver([event('old')])
  utimesSync(path, 0, 0)
  await inProcess(path, '?rotate=day', ['new'])
  const [old = '', current = ''] = namesIn(path).map((name) => join(dirname(path), name))
  assert.deepEqual([idsIn(old), idsIn(current)], [['old'], ['new']])
})

test('a file that somebody moved away is begun anew', async () => {
  const path = newPath()
  const sink = open(path)
  await sink.deliver([event('1')])
  renameSync(path, `${path}.1`)
  await sink.deliver([event('2')])
  assert.deepEqual([idsIn(`${path}.1`), idsIn(path)], [['1'], ['2']])
})

test('a torn last line is cut off, and a whole one without its line end is kept', async () => {
  const torn = newPath()
  writeFileSync(torn, `${JSON.stringify(event('1'))}\n${JSON.stringify(event('2')).slice(0, 40)}`)
  await open(torn).deliver([event('3')])
  assert.deepEqual(idsIn(torn), ['1', '3'])

  const whole = newPath()
  writeFileSync(whole, JSON.stringify(event('1')))
  await open(whole).deliver([event('2')])
  assert.deepEqual(idsIn(whole), ['1', '2'])

  const long = newPath()
  writeFileSync(long, `${JSON.stringify(event('1'))}\n{"specversion":"${'x'.repeat(200_000)}`)
  await open(long).deliver([event('2')])
  assert.deepEqual(idsIn(long), ['1', '2'])
})

test('a file that holds something else is not touched', async () => {
  const path = newPath()
  writeFileSync(path, 'root:x:0:0')
  await assert.rejects(open(path).deliver([event('1')]), { code: 'config_invalid', message: /name another file/ })
  assert.equal(readFileSync(path, 'utf8'), 'root:x:0:0')
})

test('a file that another writer appended to meanwhile keeps what that one wrote', async () => {
  const path = newPath()
  const sink = open(path)
  await sink.deliver([event('1')])
  appendFileSync(path, `${JSON.stringify(event('2'))}\n`)
  await sink.deliver([event('3')])
  assert.deepEqual(idsIn(path), ['1', '2', '3'])
})

test('two functions of a process may have one file', async () => {
  const path = newPath()
  const [first, second] = [open(path), open(path)]
  await Promise.all([...Array(20).keys()].map((id) => (id % 2 ? first : second).deliver([event(String(id))])))
  assert.equal(idsIn(path).length, 20)
})

const writer = fileURLToPath(new URL('file-writer.ts', import.meta.url))

/** Delivers events from another process, which ends when they are taken. */
const inProcess = async (path: string, query: string, ids: readonly string[]): Promise<void> => {
  const child = spawn(process.execPath, [writer, `${pathToFileURL(path)}${query}`, ...ids], { stdio: 'inherit' })
  assert.deepEqual(await once(child, 'exit'), [0, null])
}

test('killed in the middle of its writes, it has every event that it had confirmed, and no broken line after the next one', async () => {
  const path = newPath()
  for (const round of [1, 2, 3]) {
    const child = spawn(process.execPath, [writer, `${pathToFileURL(path)}?sync=never`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const confirmed: string[] = []
    eachLine(child.stdout, (line) => {
      confirmed.push(line)
      if (confirmed.length === 100 * round) child.kill('SIGKILL')
    })
    await once(child, 'close')
    await inProcess(path, '', [`after-${round}`])
    const found = new Set(idsIn(path))
    assert.deepEqual(
      [...confirmed, `after-${round}`].filter((id) => !found.has(id)),
      [],
    )
  }
})

test('a directory that is missing is told', async () => {
  const path = join(folder, 'missing', 'events.ndjson')
  await assert.rejects(open(path).deliver([event('1')]), {
    code: 'sink_unavailable',
    message: `sink file:${path}: the events cannot be written (ENOENT): create the folder`,
  })
})

test('a pipe is refused before anything is written to it: no event in it could be synced', async () => {
  const path = newPath()
  spawnSync('mkfifo', [path])
  await assert.rejects(open(path).deliver([event('1')]), { code: 'config_invalid', message: /regular file only/ })
})

test('parameters are checked when the sink is opened', () => {
  const opening = (query: string) => () => open('/var/lib/events.ndjson', query)
  assert.throws(opening('?maxsize=1MB'), {
    code: 'config_invalid',
    message: "the file: sink has no parameter 'maxsize': use maxSize, rotate, sync. Did you mean maxSize?",
  })
  assert.throws(opening('?constructor=1'), { code: 'config_invalid' })
  assert.throws(opening('?maxSize=big'), {
    message: "the parameters of the file: sink: maxSize must be a size such as 500kB, 100MB or 2GB, got 'big'",
  })
})
