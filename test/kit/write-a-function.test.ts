// The functions in docs/write-a-function.md do what the text says.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { FunctionHandler } from '../../lib/kit/function.ts'
import { cephSample, openstackSample, run } from '../../lib/testing/index.ts'
import { compileCache } from '../compile-cache.ts'
import { codeBlocks } from '../markdown.ts'
import '../examples/from-source.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const [photos = '', servers = '', testing = '', retry = '', refuse = '', order = '', , returning = ''] = codeBlocks(
  readFileSync(`${root}docs/write-a-function.md`, 'utf8'),
  'ts',
)
mkdirSync(`${root}dist`, { recursive: true })
// Inside the package, where its dependencies are found.
const directory = mkdtempSync(`${root}dist/write-a-function-`)
after(() => rmSync(directory, { recursive: true }))

/** The handler of a snippet. */
const handlerOf = async (name: string, snippet: string): Promise<FunctionHandler> => {
  const file = `${directory}/${name}.ts`
  writeFileSync(file, snippet)
  return (await import(pathToFileURL(file).href)).handler
}

describe('docs/write-a-function.md', () => {
  test('the first function notes photos', async () => {
    const handler = await handlerOf('photos', photos)
    const { logs } = await run(handler, cephSample('ObjectCreated:Put', { bucket: 'photos', key: 'a.jpg', size: 5 }))
    assert.equal(logs[0]?.message, 'a.jpg has 5 bytes')
  })

  test("OpenStack's function notes servers, ports and the rest", async () => {
    const handler = await handlerOf('servers', servers)
    const samples = [openstackSample('compute.instance.create.end'), openstackSample('port.delete.end')]
    const { logs } = await run(handler, samples)
    assert.match(logs[0]?.message ?? '', /^[\da-f-]{36} is up, for project [\da-f]+$/)
    assert.match(logs[1]?.message ?? '', /^port [\da-f-]{36} is gone$/)
  })

  test('the test there passes', async () => {
    writeFileSync(`${directory}/photos.ts`, photos)
    writeFileSync(`${directory}/photos.test.ts`, testing)
    const hook = new URL('../examples/from-source.ts', import.meta.url).href
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const arguments_ = [`--import=${hook}`, '--test', `${directory}/photos.test.ts`]
    await promisify(execFile)(process.execPath, arguments_, { env: { ...env, ...compileCache } })
  })

  describe('what a handler throws and returns', () => {
    const { fetch } = globalThis
    before(() => {
      globalThis.fetch = async () => new Response(null, { status: 429 })
    })
    after(() => {
      globalThis.fetch = fetch
    })

    test('Retry, SetAside, late, an event', async () => {
      const asked = await run(await handlerOf('retry', retry), cephSample('ObjectCreated:Put'))
      assert.equal(asked.outcome.type === 'retry' && asked.outcome.retryAfterSeconds, 60)
      const refused = await run(await handlerOf('refuse', refuse), cephSample('ObjectCreated:Put', { size: 0 }))
      assert.deepEqual(refused.deadLetters[0]?.data.reasons, [{ code: 'set_aside', message: 'the object is empty' }])
      const ordered = await run(await handlerOf('order', order), cephSample('ObjectCreated:Put', { key: 'a' }))
      assert.equal(ordered.logs[0]?.message, 'a: ObjectCreated:Put')
      const returned = await run(await handlerOf('returning', returning), cephSample('ObjectCreated:Put', { key: 'a' }))
      assert.deepEqual(
        returned.sent.map(({ type, source, subject }) => [type, source, subject]),
        [['org.example.photo.added', 'tidings/photo-index', 'a']],
      )
    })
  })
})
