#!/usr/bin/env node
// The `tidings` command. It exists before anything is built, and an old Node.js can parse it.
'use strict'

const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { isatty } = require('node:tty')
const { pathToFileURL } = require('node:url')
const { engines } = require('../package.json')

const root = join(__dirname, '..')
/** The sources in a checkout, the compiled code in an installed package. */
const main = [join(root, 'lib/cli/cli-main.ts'), join(root, 'dist/lib/cli/cli-main.js')].find(existsSync)
/** The Node.js that `npm ci` brings to a checkout. */
const pinned = join(root, 'node_modules/.bin/node')

const needed = engines.node.replace('>=', '')
const isOlder = (version, other) => {
  const [major, minor] = version.split('.').map(Number)
  const [otherMajor, otherMinor] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}

const runUnder = (node) => {
  const child = spawn(node, [main].concat(process.argv.slice(2)), {
    stdio: 'inherit',
    env: Object.assign({}, process.env, { TIDINGS_STARTED_BY: process.version }),
  })
  // A terminal sends its signals to the child as well, and a second SIGINT ends a command at once.
  const atTerminal = [0, 1, 2].some((fd) => isatty(fd))
  const forward = (signal) => {
    if (signal === 'SIGTERM' || !atTerminal) child.kill(signal)
  }
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, forward)
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** It writes a project that brings a newer Node.js, so it has to run without. */
const isInit = process.argv[2] === 'init'

if (!isOlder(process.versions.node, needed)) {
  import(pathToFileURL(main).href)
} else if (existsSync(pinned)) {
  runUnder(pinned)
} else if (isInit) {
  import(pathToFileURL(main).href)
} else {
  console.error(`tidings needs Node.js ${needed} or newer, and this is ${process.version}: install a newer one`)
  process.exit(1)
}
