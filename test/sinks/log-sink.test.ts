import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type TestContext, test } from 'node:test'
import { createLogSink } from '../../lib/sinks/log-sink.ts'
import { event, testSink } from './contract.ts'

const directory = mkdtempSync(`${tmpdir()}/tidings-log-`)
test.after(() => rmSync(directory, { recursive: true }))

let files = 0
const openFile = () => {
  const path = `${directory}/${++files}`
  return { fileDescriptor: openSync(path, 'a'), text: () => readFileSync(path, 'utf8') }
}

testSink({
  name: 'log:',
  open: () => {
    const { fileDescriptor, text } = openFile()
    const received = () =>
      text()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    return { sink: createLogSink(fileDescriptor), received, breakDown: () => closeSync(fileDescriptor) }
  },
})

test('an event is one line, whatever is in it, and no line stands inside another', async () => {
  const { fileDescriptor, text } = openFile()
  const sink = createLogSink(fileDescriptor)
  await Promise.all([sink.deliver([event('1', { subject: 'two\nlines\r\n' }), event('2')]), sink.deliver([event('3')])])
  assert.deepEqual(
    text()
      .split('\n')
      .map((line) => line && JSON.parse(line).id),
    ['1', '2', '3', ''],
  )
})

const openPipe = (t: TestContext) => {
  const path = `${directory}/${++files}`
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  t.after(() => closeSync(writer))
  return { reader, writer }
}

/** The bytes that are in a pipe now. */
const drain = (reader: number): string => {
  const chunk = Buffer.alloc(2 ** 20)
  try {
    return chunk.toString('utf8', 0, readSync(reader, chunk))
  } catch {
    return ''
  }
}

test('it waits for a reader that is slow', async (t) => {
  const { reader, writer } = openPipe(t)
  t.after(() => closeSync(reader))
  const large = event('1', { subject: 'x'.repeat(300_000) }) // A pipe holds 64 kB.
  let done = false
  const delivered = createLogSink(writer)
    .deliver([large])
    .then(() => {
      done = true
    })
  let text = ''
  while (!done) {
    text += drain(reader)
    await new Promise(setImmediate)
  }
  await delivered
  assert.deepEqual(JSON.parse(text + drain(reader)), large)
})

test('a reader that is gone is told as a sink in trouble', async (t) => {
  const { reader, writer } = openPipe(t)
  closeSync(reader)
  await assert.rejects(createLogSink(writer).deliver([event('1')]), { code: 'sink_unavailable' })
})
