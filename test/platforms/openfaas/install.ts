import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The packages of OpenFaaS's node22 template, in versions that its package.json allows. */
const TEMPLATE_PACKAGES = ['express@5.1.0', 'body-parser@2.2.0']

const run = promisify(execFile)
const cache = fileURLToPath(new URL('../../../.cache/platforms/openfaas', import.meta.url))

/**
 * of-watchdog: the real one where OF_WATCHDOG names its binary, else the stand-in. Neither npm, pip nor Debian has it; who can
 * get it by `go install github.com/openfaas/of-watchdog@0.11.6` sets the variable to have these tests run under it.
 */
export const watchdog = process.env.OF_WATCHDOG ?? `${cache}/watchdog-stand-in`
export const isStandIn = process.env.OF_WATCHDOG === undefined

/** The index.js of the node22 template: the real one where OPENFAAS_NODE22 names its folder, else the stand-in. */
export const templateIndex =
  process.env.OPENFAAS_NODE22 === undefined
    ? fileURLToPath(new URL('node22-stand-in.cjs', import.meta.url))
    : `${process.env.OPENFAAS_NODE22}/index.js`
export const templateModules = `${cache}/node22/node_modules`

export const install = async (): Promise<void> => {
  await mkdir(`${cache}/node22`, { recursive: true })
  await run('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', `${cache}/node22`, ...TEMPLATE_PACKAGES])
  if (!isStandIn) return
  console.log("not in this run: OpenFaaS's own of-watchdog (set OF_WATCHDOG to its binary); a stand-in takes its place")
  const source = fileURLToPath(new URL('watchdog-stand-in.go', import.meta.url))
  await run('go', ['build', '-o', watchdog, source], { env: { ...process.env, GO111MODULE: 'off' } })
}
