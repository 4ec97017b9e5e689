// docs/deploy-knative.md: what it tells people to run without a cluster is run, what it names is there.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { codeBlocks } from '../../markdown.ts'
import { freePorts } from '../../services/ports.ts'
import { allManifests } from './manifests.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const document = readFileSync(`${root}docs/deploy-knative.md`, 'utf8')
const blocks = codeBlocks(document, 'sh')
const [serve = '', call = '', kustomize = '', ...rest] = blocks.filter((block) => !block.startsWith('# cluster'))

test('the container and the gateway: what is shown is what happens', async (t) => {
  const [port] = await freePorts(1)
  const at = (command: string) => ['-c', command.replace('8080', String(port))]
  const child = spawn('sh', at(serve), { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(async () => {
    // npx starts the server below itself, so the group is signalled, as by a terminal.
    process.kill(-(child.pid ?? 0), 'SIGINT')
    await once(child, 'exit')
  })
  for await (const line of createInterface(child.stderr)) if (line.includes('"listening"')) break
  const printed = once(createInterface(child.stdout), 'line')
  const { stdout } = await promisify(execFile)('sh', at(call), { cwd: root })
  assert.match(stdout, /^HTTP\/1\.1 204 No Content\r\n/)
  const [line] = await printed
  const { type, cloud } = JSON.parse(line)
  assert.deepEqual({ type, cloud }, { type: 'com.amazonaws.s3.ObjectCreated:Put', cloud: 'eu-1' })
})

test('kubectl builds what would be sent', async () => {
  const { stdout } = await promisify(execFile)('sh', ['-c', kustomize], { cwd: root })
  assert.match(stdout, /^kind: Broker$/m)
  assert.deepEqual(rest, [])
})

test('the files, Secrets and objects that are named are there', () => {
  const listed = [...document.matchAll(/`([\w-]+\.yaml)`/g)]
    .map(([, file]) => file)
    .filter((file) => file !== 'func.yaml')
  assert.deepEqual(
    listed.filter((file) => !existsSync(`${root}deploy/knative/${file}`)),
    [],
  )
  const secrets = [...document.matchAll(/create secret generic ([\w-]+)/g)].map(([, name]) => name)
  const text = JSON.stringify(allManifests())
  assert.deepEqual(
    secrets.filter((name) => !text.includes(`"${name}"`)),
    [],
  )
  const services = [...document.matchAll(/ksvc\/([\w-]+)/g)].map(([, name]) => name)
  const names = new Set(allManifests().map(({ metadata }) => metadata.name))
  assert.deepEqual(
    services.filter((name) => !names.has(name ?? '')),
    [],
  )
})

test('every image that is built is one that a manifest runs', () => {
  const built = [...document.matchAll(/docker build .*-t (\S+) \./g)].map(([, image]) => image)
  const run = allManifests().flatMap(
    ({ spec }) => spec?.template?.spec?.containers?.map(({ image }: { image: string }) => image) ?? [],
  )
  const ours = new Set(run.filter((image) => image.includes('tidings')))
  assert.deepEqual(new Set(built), ours)
})
