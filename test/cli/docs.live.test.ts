// docs/provisioning.md: what it tells people to run is run, what it says is printed is printed.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { readDesired } from '../../lib/provisioning/document/desired.ts'
import { startHost } from '../host-process.ts'
import { codeBlocks } from '../markdown.ts'
import { openGateway } from '../provisioning/gateway.ts'
import { TYPED_ENVIRONMENT } from '../typed.ts'
import { gatewayVariables } from './spawned.ts'

const root = new URL('../..', import.meta.url).pathname
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8')
const [document = ''] = read('docs/provisioning.md').split('\n## As a function\n')
const gateway = await openGateway()
const variables = gatewayVariables(gateway.connection)

const [install = '', environment = '', ...blocks] = codeBlocks(document, 'sh')
const commands = blocks.flatMap((block) => block.split('\n'))

/** Runs a line of the document as a shell does; what it prints. The exit code is what the line says it is. */
const run = async (line: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const [, command = line, code = '0'] = /^(.*?) # exit code (\d)(?:,.*)?$/.exec(line) ?? []
  const options = { cwd: root, env: { ...TYPED_ENVIRONMENT, ...env } }
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], options, (error, stdout, stderr) => {
      if (Number(error?.code ?? 0) === Number(code)) resolve(stdout)
      else reject(new Error(`${command}: ended with ${error?.code}, not ${code}: ${stderr}${stdout}`))
    })
  })
}

const [
  plan = '',
  apply = '',
  verify = '',
  destroy = '',
  stdin = '',
  tested = '',
  oneShot = '',
  print = '',
  openfaas = '',
  ...rest
] = commands
const named = Object.fromEntries(
  [...environment.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
)
const env = { ...named, ...variables }

test('the variables are those of the gateway and the example', () => {
  assert.equal(install, 'npm ci && npm run build') // It has been run, or there were no tests.
  assert.match(environment, /^export( [A-Z_]+=[\w:/-]+)+$/)
  assert.deepEqual(Object.keys(named), [...Object.keys(variables), 'TIDINGS_TOKEN'])
  assert.deepEqual(rest, [])
})

const [example = '', byArn = '', ofFlags = ''] = codeBlocks(document, 'yaml')

test('the documents that are shown are valid, and the first is the example', () => {
  assert.equal(example, read('examples/desired.yaml').trim())
  const resolve = { env: () => 'a-token', file: () => undefined }
  for (const shown of [example, byArn])
    assert.equal(readDesired(parse(shown), { resolve, secretsAllowed: false }).topics.length, 1)
})

test('the first rule: plan prints what is shown, apply and verify do it, destroy takes it away', async () => {
  const [shown] = codeBlocks(document, 'text')
  assert.equal((await run(plan, env)).trim(), shown)
  assert.equal((await run(apply, env)).trim(), `${shown}\ndone`)
  assert.equal(await run(verify, env), 'verified: everything is as the document says\n')
  const [, report = ''] = codeBlocks(document, 'text')
  const steady = (text: string): string => text.replaceAll(/\d+ ms|\(E[A-Z_]+\)/g, '').trim()
  assert.equal(steady(await run(tested, env)), steady(report))
  assert.match(await run(destroy, env), /2 to remove\ndone\n$/)
})

test('the document comes from stdin, and the result is JSON', async () => {
  assert.equal(JSON.parse(await run(stdin, env)).outcome, 'pending')
})

test('the flags of a script work as shown, and amount to the document that is shown', async () => {
  assert.match(await run(oneShot, env), /done\n$/)
  assert.equal(await run(oneShot, env), 'no changes: the gateway matches the document\n')
  assert.equal((await run(print)).trim(), ofFlags)
})

test('the call by way of OpenFaaS applies, and the second one changes nothing', async () => {
  const secrets = { AUTH_TOKENS: 'a-token', ALLOWED_REFERENCES: 'env:TIDINGS_TOKEN' }
  await using host = await startHost({ ...env, ...secrets, FUNCTION: 'ceph-provisioner' })
  const command = openfaas.replace('http://localhost:8080', host.url)
  assert.equal(JSON.parse(await run(command)).outcome, 'done')
  assert.equal(JSON.parse(await run(command)).outcome, 'unchanged')
})
