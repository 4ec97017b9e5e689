import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setInterval } from 'node:timers/promises'
import { cephSample } from '../../lib/testing/index.ts'
import { freePorts } from '../services/ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runInProcess } from './in-process.ts'
import { startServe } from './serve-process.ts'

const lib = new URL('../../lib/index.ts', import.meta.url).href

const functionThatLogs = (word: string): string =>
  `import { ceph } from '${lib}'\nexport const handler = ceph().on('*', ({ log, record }) => log.info('${word}', { key: record.key as string }))\n`

const post = (url: string) => fetch(url, { method: 'POST', body: JSON.stringify(cephSample('ObjectCreated:Put')) })

/** By a connection of its own. Resolves to the status, or to the error's code. */
const postOnce = async (url: string): Promise<number | string> => {
  const sent = request(url, { method: 'POST', agent: false })
  sent.end(JSON.stringify(cephSample('ObjectCreated:Put')))
  try {
    const [response] = await once(sent, 'response')
    response.resume()
    await once(response, 'close')
    return response.statusCode
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

test('a module in TypeScript is served at every path, with lines of JSON in a pipe', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'photos.ts'), functionThatLogs('seen'))
  await using served = await startServe(['photos.ts'], { cwd: folder })
  assert.equal((await post(`${served.url}/at/any/path`)).status, 204)
  const line = await served.untilLogged(({ message }) => message === 'seen')
  assert.equal(line.key, 'in/a.jpg')
  assert.equal(await served.stop('SIGTERM'), 0)
  assert.equal((await served.untilLogged(({ message }) => message === 'shutting down')).signal, 'SIGTERM')
})

test('of several functions each has a path of its own; built-in ones are served too', async () => {
  const folder = temporaryFolder()
  for (const name of ['one', 'two']) writeFileSync(join(folder, `${name}.ts`), functionThatLogs(name))
  await using served = await startServe(['./one.ts', './two.ts', 'ceph-notifications'], { cwd: folder })
  for (const name of ['one', 'two', 'ceph-notifications'])
    assert.equal((await post(`${served.url}/${name}`)).status, 204)
  await served.untilLogged(({ message }) => message === 'two')
  assert.equal((await post(served.url)).status, 404)
})

test('with --watch a new version takes over without a gap, and one that is wrong leaves the old one', async () => {
  const folder = temporaryFolder()
  const handler = `import { ceph } from '${lib}'\nimport { word } from './word.ts'\n`
  writeFileSync(
    join(folder, 'photos.ts'),
    `${handler}export const handler = ceph().on('*', ({ log }) => log.info(word))\n`,
  )
  const write = (code: string) => writeFileSync(join(folder, 'word.ts'), code)
  write(`export const word: string = 'first'\n`)
  await using served = await startServe(['./photos.ts', '--watch'], { cwd: folder })

  const statuses = new Set<number | string>()
  const enough = new AbortController()
  // Requests are not sent as fast as possible, because the new version needs the processor too.
  const calls = (async () => {
    for await (const _ of setInterval(50)) {
      if (enough.signal.aborted) return
      statuses.add(await postOnce(served.url))
    }
  })()
  await served.untilLogged(({ message }) => message === 'first')
  write(`export const word: string = 'second'\n`)
  await served.untilLogged(({ message }) => message === 'second')
  write(`export const word: string = 'third\n`)
  const fault = await served.untilLogged(({ message }) => /word\.ts:1: SyntaxError/.test(message))
  assert.match(fault.message, /^tidings: config_invalid: /)
  await served.untilLogged(
    ({ message }) => message === 'tidings: waiting for a change; the previous version is still served',
  )
  write(`export const word: string = 'fourth'\n`)
  await served.untilLogged(({ message }) => message === 'fourth')
  enough.abort()
  await calls
  assert.deepEqual([...statuses], [204])
  assert.equal(await served.stop('SIGINT'), 0)
})

test('with --watch a function that is wrong from the start is waited for', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'photos.ts')
  writeFileSync(file, 'export const handler = \n')
  const served = await startServe(['./photos.ts', '--watch'], { cwd: folder, until: 'tidings: waiting for a change' })
  after(() => served[Symbol.asyncDispose]())
  writeFileSync(file, functionThatLogs('at last'))
  const { port } = await served.untilLogged(({ message }) => message === 'listening')
  await post(`http://127.0.0.1:${port}`)
  await served.untilLogged(({ message }) => message === 'at last')
})

test('with --watch a file of routes that is wrong is waited for, and a change of it takes over', async () => {
  const folder = temporaryFolder()
  const routes = join(folder, 'tidings.config.yaml')
  writeFileSync(join(folder, 'photos.ts'), functionThatLogs('handled'))
  writeFileSync(routes, 'routes:\n  - too: log\n')
  const served = await startServe(['./photos.ts', '--watch'], { cwd: folder, until: 'tidings: waiting for a change' })
  after(() => served[Symbol.asyncDispose]())
  await served.untilLogged(({ message }) => message.includes('line 2, column 5: routes.0.too'))
  writeFileSync(routes, 'routes:\n  - to: log\n')
  const { port } = await served.untilLogged(({ message }) => message === 'listening')
  await post(`http://127.0.0.1:${port}`)
  await served.untilLogged(({ message }) => message === 'handled')
})

test('what cannot be served is told, with exit code 1', async () => {
  const [port] = await freePorts(1)
  const env = { PORT: `${port}` }
  const none = await runInProcess(['serve'], { env })
  assert.match(none.stderr, /^tidings: name the file of a function, for example \.\/photos\.ts\n/)
  const missing = await runInProcess(['serve', './no-such-file.ts'], { env })
  assert.deepEqual([missing.code, missing.stdout], [1, ''])
  assert.match(missing.stderr, /^tidings: config_invalid: there is no file .*no-such-file\.ts/)
  const wrong = await runInProcess(['serve', './photos.ts', '--port', 'http'], { env })
  assert.match(wrong.stderr, /PORT/)
})
