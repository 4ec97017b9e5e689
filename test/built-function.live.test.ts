// The bundle that `tidings build` makes of examples/thumbnails.ts reads and writes objects of a real gateway. sharp is installed beside
// it, as the Dockerfile says.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { cephSample } from '../lib/testing/index.ts'
import { runInProcess } from './cli/in-process.ts'
import { bucketFor, gatewayVariables } from './examples/serve-example.ts'
import { startHost } from './host-process.ts'
import { ceph } from './services/live.ts'
import { createRgwClient } from './services/rgw-client.ts'
import * as s3 from './services/s3.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { TYPED_ENVIRONMENT } from './typed.ts'

const run = promisify(execFile)
const out = temporaryFolder()
const app = temporaryFolder()
const lambda = join(out, 'lambda')
const { PATH = '', npm_config_cache = '' } = TYPED_ENVIRONMENT

/** Does what COPY and RUN of a Dockerfile say, in a folder that stands for the working directory of the image. */
const layOut = async (context: string): Promise<void> => {
  const steps = readFileSync(join(context, 'Dockerfile'), 'utf8').matchAll(/^(COPY|RUN) (.*)$/gm)
  for (const [, instruction, what = ''] of steps) {
    if (instruction === 'RUN') await run('sh', ['-c', what], { cwd: app, env: { PATH, npm_config_cache, HOME: app } })
    else
      for (const file of globSync(what.replace(/ \.\/$/, ''), { cwd: context }))
        copyFileSync(join(context, file), join(app, file))
  }
}

before(async () => {
  const example = fileURLToPath(new URL('../examples/thumbnails.ts', import.meta.url))
  const args = ['build', example, '--external', 'sharp', '--for', 'lambda,container', '--out', out]
  assert.deepEqual((await runInProcess(args)).stderr, '')
  await layOut(join(out, 'container'))
})

const photo = await sharp({ create: { width: 1600, height: 800, channels: 3, background: '#3070b0' } })
  .jpeg()
  .toBuffer()

test('the host makes a thumbnail of what is uploaded', async () => {
  assert.ok(existsSync(join(app, 'node_modules/sharp')))
  assert.ok(!existsSync(join(app, 'node_modules/tidings')))
  await using host = await startHost({ ...gatewayVariables(), AUTH_TOKENS: 'example-token' }, join(app, 'server.cjs'))
  const client = await bucketFor('built-thumbnails', host)
  await s3.putObject(client, 'built-thumbnails', 'a.jpg', photo)
  const { key, bytes } = await host.untilLogged(({ message }) => message === 'made a thumbnail')
  assert.equal(key, 'a.jpg')
  assert.ok(bytes > 0)
})

test('the bundle for Lambda reads the client from the file beside it', async () => {
  const client = createRgwClient(ceph())
  await s3.createBucket(client, 'built-on-lambda')
  await s3.putObject(client, 'built-on-lambda', 'b.png', photo)
  for (const file of globSync('*.cjs', { cwd: lambda })) copyFileSync(join(lambda, file), join(app, file))
  const body = JSON.stringify(
    cephSample('ObjectCreated:Put', { bucket: 'built-on-lambda', key: 'b.png', size: photo.length }),
  )
  const script = `require('./thumbnails.cjs').handler(${body}, {}).then(({ outcome }) => console.log(outcome))`
  const { stdout, stderr } = await run(process.execPath, ['-e', script], { cwd: app, env: gatewayVariables() })
  assert.equal(stdout, 'ack\n', stderr)
  assert.match(stderr, /"message":"made a thumbnail","key":"b\.png"/)
})
