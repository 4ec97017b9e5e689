// deploy/knative/provision-job.yaml: its command, with its document and its variables, as its container would run it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { openGateway } from '../provisioning/gateway.ts'
import { writeDocument } from './documents.ts'
import { gatewayVariables } from './spawned.ts'

const root = new URL('../..', import.meta.url).pathname
const manifest = readFileSync(`${root}deploy/knative/provision-job.yaml`, 'utf8')
const [configMap, job] = parseAllDocuments(manifest).map((document) => document.toJS())
const { template } = job.spec
const [container] = template.spec.containers

test('the Job mounts its ConfigMap where its command looks for the document', () => {
  assert.deepEqual(
    [configMap.apiVersion, configMap.kind, job.apiVersion, job.kind],
    ['v1', 'ConfigMap', 'batch/v1', 'Job'],
  )
  const [volume] = template.spec.volumes
  const [mount] = container.volumeMounts
  const [file] = Object.keys(configMap.data)
  assert.deepEqual([volume.configMap.name, mount.name], [configMap.metadata.name, volume.name])
  assert.equal(container.command.at(-1), `${mount.mountPath}/${file}`)
})

test('the Job ends, and its container may do little', () => {
  assert.equal(template.spec.restartPolicy, 'Never')
  assert.equal(template.spec.automountServiceAccountToken, false)
  assert.equal(template.spec.securityContext.runAsNonRoot, true)
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
})

test("the Job's command applies its document, and running it again changes nothing", async () => {
  const gateway = await openGateway()
  const variables = gatewayVariables(gateway.connection)
  assert.deepEqual(
    container.env.map(({ name }: { name: string }) => name),
    Object.keys(variables),
  )
  const document = writeDocument('desired.yaml', configMap.data['desired.yaml'])
  const paths = new Map([
    ['/app/cli.cjs', `${root}dist/cli.cjs`],
    ['/etc/tidings/desired.yaml', document],
  ])
  const [command, ...args] = container.command.map((word: string) => paths.get(word) ?? word)
  const run = () =>
    promisify(execFile)(command, args, {
      cwd: '/',
      env: { PATH: process.env.PATH, ...variables, TIDINGS_TOKEN: 'a-token' },
    })
  assert.match((await run()).stdout, /3 to create\ndone\n$/)
  assert.deepEqual(await run(), { stdout: 'no changes: the gateway matches the document\n', stderr: '' })
})
