import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { linesOf, withFileLetters } from '../../../lib/relay/dead-letters/file-letters.ts'

const folder = mkdtempSync(join(tmpdir(), 'file-letters-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
const fileOf = (content: string): string => {
  const path = join(folder, `${++files}.ndjson`)
  writeFileSync(path, content)
  return path
}

test('lines are whole across the chunks of a file, and one that is too long is passed over', async () => {
  const long = 'ü'.repeat(100_000)
  const path = fileOf(`a\n\n${long}\n${'x'.repeat(200_001)}\nb\n${'y'.repeat(300_000)}\nc`)
  const lines: (string | undefined)[] = []
  for await (const line of linesOf(path, 200_000)) lines.push(line?.toString())
  assert.deepEqual(lines, ['a', long, undefined, 'b', undefined, 'c'])
})

test('a line that is too long is counted with what is not a letter', async () => {
  const letter = JSON.stringify({ type: 'tidings.dead-letter', source: 's', id: '1', data: { body: 'x'.repeat(100) } })
  const url = pathToFileURL(fileOf(`${letter}\n{}\n`))
  const count = (maxLineBytes?: number) => withFileLetters(url, ({ walk }) => walk(async () => 'back'), maxLineBytes)
  assert.equal(await count(), 1)
  assert.equal(await count(100), 2)
})

/** No process has this number: Linux gives at most 2^22. */
const NOBODY = 2 ** 30

const holding = async (holder: string | undefined) => {
  const path = fileOf('')
  const lock = `${path}.redriven.lock`
  if (holder !== undefined) writeFileSync(lock, holder)
  const held = await withFileLetters(pathToFileURL(path), async ({ hold }) => {
    const release = await hold?.()
    const content = readFileSync(lock, 'utf8')
    await release?.()
    return content
  })
  return { held, left: readdirSync(folder).filter((name) => name.includes('.lock')) }
}

test('a redrive holds the file, also where one before it died without letting it go', async () => {
  for (const before of [undefined, `${NOBODY} ${hostname()}`, `${process.pid} ${hostname()}`]) {
    const { held, left } = await holding(before)
    assert.equal(held, `${process.pid} ${hostname()}`)
    assert.deepEqual(left, [])
  }
})

test('a redrive is refused while another holds the file, and the message says which', async () => {
  for (const [holder, words] of [
    [`${process.ppid} ${hostname()}`, `process ${process.ppid} on ${hostname()}`],
    [`${NOBODY} elsewhere`, `process ${NOBODY} on elsewhere`],
    ['', 'an unknown process'],
    [`-1 ${hostname()}`, 'an unknown process'],
  ] as const) {
    const path = fileOf('')
    const lock = `${path}.redriven.lock`
    writeFileSync(lock, holder)
    await assert.rejects(
      withFileLetters(pathToFileURL(path), async ({ hold }) => hold?.()),
      {
        name: 'ConfigError',
        message: `another redrive of ${path} is under way: ${words} holds ${lock}. Wait until it has ended; if there is no such process any more, remove that file`,
      },
    )
    assert.equal(readFileSync(lock, 'utf8'), holder)
  }
})

test('a folder in which nothing can be noted is told before a letter goes', async () => {
  const path = join(folder, 'not-there', 'letters.ndjson')
  await assert.rejects(
    withFileLetters(pathToFileURL(path), async ({ hold }) => hold?.()),
    { name: 'ConfigError', message: `${path}.redriven.lock cannot be written: ENOENT` },
  )
})
