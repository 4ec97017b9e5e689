#!/usr/bin/env node
import { tidings } from './tidings.ts'

// The second of a kind ends the process at once, as ever.
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())

const { argv, env, stdin, stdout, stderr } = process
// No top-level await: this is bundled as CommonJS too.
tidings({ args: argv.slice(2), env, stdin, stdout, stderr, signal: stop.signal }).then((code) => {
  process.exitCode = code
})
