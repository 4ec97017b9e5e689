// Each block of commands in README.md and docs/ has a test that runs it as typed, or a reason why none can.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { codeBlocks } from './markdown.ts'

const root = new URL('..', import.meta.url).pathname
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8')

const IMAGES = 'needs a Docker daemon and a registry; test/platforms/docker runs what the Dockerfile says'
const CLUSTER = 'needs a Kubernetes cluster; test/platforms/knative checks the manifests and the names'
const OPENFAAS = 'needs an OpenFaaS gateway; test/platforms/openfaas runs what the stack files say'
const ACCOUNT = 'needs an AWS account; test/platforms/lambda deploys nothing, but runs the package'
const SETTINGS = 'settings, not commands; test/openstack/docs.test.ts reads them'
const SUITE = 'runs this test suite itself'

const COMPLETION = 'test/cli/completion-command.test.ts runs it in bash'

const OWN = 'test/own-function.live.test.ts'

const CONFIG = 'test/cli/config-command.test.ts'
const GUIDE = 'test/cli/docs.live.test.ts'
const LETTERS = 'test/cli/dead-letters-places.live.test.ts'
const RELAY = 'test/cli/relay-docs.live.test.ts'
const KNATIVE = 'test/platforms/knative/docs.platform.test.ts'
const LAMBDA = 'test/platforms/lambda/docs.platform.test.ts'
const WATCHDOG = 'test/platforms/openfaas/docs.platform.test.ts'

/** By document, in its order: how a block begins, and the test file that runs it or the reason why none does. */
const CLAIMS: Readonly<Record<string, readonly (readonly [begins: string, claim: string])[]>> = {
  'README.md': [
    ['npm ci && npx', 'test/fresh-clone.live.test.ts'],
    ['npx --no-install tidings send', 'test/fresh-clone.live.test.ts'],
    ['curl -i', 'test/readme.slow.test.ts'],
    ['AMQP_URL=', RELAY],
    ['npm ci && npm test', SUITE],
  ],
  'docs/claims.md': [['npm install ioredis', OWN]],
  'docs/commands.md': [
    ['npx --no-install tidings --help', OWN],
    ['npm init -y', OWN],
    ['npx --no-install tidings serve', OWN],
    ['npx --no-install tidings send', OWN],
    ['npm install --save-dev esbuild', OWN],
    ['npx --no-install tidings build ./thumbnails.ts', OWN],
    ['source <(tidings completion bash)', COMPLETION],
  ],
  'docs/container.md': [
    ['docker build', IMAGES],
    ['docker run', IMAGES],
  ],
  'docs/deploy-knative.md': [
    ['PORT=8080', KNATIVE],
    ['curl -sS', KNATIVE],
    ['kubectl kustomize', KNATIVE],
    ['docker build', IMAGES],
    ['kubectl create secret generic tidings-tokens', CLUSTER],
    ['kubectl create secret generic tidings-rgw', CLUSTER],
    ['kubectl logs', CLUSTER],
    ['kubectl create secret generic tidings-relay', CLUSTER],
    ['cd deploy/knative/func && func deploy', CLUSTER],
  ],
  'docs/deploy-lambda.md': [
    ['npm ci && npm run build', 'test/fresh-clone.live.test.ts'],
    ['npx --no-install serverless invoke local', LAMBDA],
    ['npx --no-install serverless package', LAMBDA],
    ['npx --no-install serverless deploy --stage prod --region', ACCOUNT],
    ['TIDINGS_TOKEN=$(aws', ACCOUNT],
    ['npx --no-install serverless logs', ACCOUNT],
    ['npx --no-install serverless invoke --stage', ACCOUNT],
    ['npx --no-install serverless deploy --stage prod --param', ACCOUNT],
  ],
  'docs/deploy-openfaas.md': [
    ['export TIDINGS_REGISTRY', IMAGES],
    ['openssl rand', OPENFAAS],
    ['SINK_URL=log: faas-cli deploy', OPENFAAS],
    ['curl -i', OPENFAAS],
    ['export AMQP_URL_FILE', RELAY],
    ['npm run build', WATCHDOG],
    ['faas-cli template store pull', OPENFAAS],
    ['GOBIN=', SUITE],
  ],
  'docs/openstack.md': [['EVENT_TYPES=', SETTINGS]],
  'docs/routes.md': [
    ['npx --no-install tidings config check', CONFIG],
    ['npx --no-install tidings config print', CONFIG],
  ],
  'docs/provisioning.md': [
    ['npm ci && npm run build', 'test/fresh-clone.live.test.ts'],
    ['export RGW_ENDPOINT', GUIDE],
    ['npx --no-install tidings provision plan -f', GUIDE],
    ['npx --no-install tidings provision apply -f', GUIDE],
    ['npx --no-install tidings provision plan --json', GUIDE],
    ['npx --no-install tidings provision test', GUIDE],
    ['npx --no-install tidings provision apply -b', GUIDE],
    ['npx --no-install tidings provision apply --print-desired', GUIDE],
    ["{ echo 'action: apply'", GUIDE],
  ],
  'docs/reliability.md': [['npx --no-install tidings dead-letters list --from', LETTERS]],
  'docs/relay.md': [
    ['export AMQP_URL=amqp', RELAY],
    ['npx --no-install tidings relay --compat', RELAY],
    ["export AMQP_URL='amqp", RELAY],
    ['npx --no-install tidings relay --invoke', RELAY],
    ['npx --no-install tidings dead-letters', RELAY],
  ],
  'docs/write-a-function.md': [
    ['npx --no-install tidings serve', OWN],
    ['npx --no-install tidings send ceph', OWN],
    ['npx --no-install tidings send openstack', OWN],
    ['npx --no-install tidings build', OWN],
  ],
}

const documents = ['README.md', ...readdirSync(`${root}docs`).map((file) => `docs/${file}`)].filter((file) =>
  file.endsWith('.md'),
)
const SHELL = /^ *(?:```|~~~)(?:sh|bash|shell|console)\b/gm

for (const document of documents) {
  test(`${document}: each block of commands is claimed`, () => {
    const markdown = read(document)
    const blocks = codeBlocks(markdown, 'sh').map((block) => block.replace(/^(?:#.*\n)+/, ''))
    assert.equal(markdown.match(SHELL)?.length ?? 0, blocks.length, 'a block of commands begins with ```sh')
    const claims = CLAIMS[document] ?? []
    const unclaimed = blocks.filter((block, at) => !block.startsWith(claims[at]?.[0] ?? '\0'))
    assert.deepEqual(unclaimed, [])
    assert.equal(claims.length, blocks.length, 'a claim for a block that is not there')
    for (const [begins, claim] of claims) {
      if (claim.startsWith('test/') && !claim.includes(' ')) {
        assert.ok(read(claim).includes(document.split('/').at(-1) ?? document), `${claim} does not read ${begins}`)
      }
    }
  })
}

test('each npx in README, docs and examples asks no registry', () => {
  for (const document of [...documents, 'CONTRIBUTING.md', 'serverless.yml']) {
    assert.deepEqual(read(document).match(/\bnpx (?!--no-install ).*/g) ?? [], [], document)
  }
})
