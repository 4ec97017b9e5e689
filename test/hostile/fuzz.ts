// Sends many requests that are nearly notifications to the three functions, by a host and without one, and prints what came of it.
// node test/hostile/fuzz.ts [count] [seed] [from]: the same seed gives the same requests; `from` is the first one's number.
import { runDirect } from './fuzz/run-direct.ts'
import { runHttp } from './fuzz/run-http.ts'

const [count = 200_000, seed = 1, from = 0] = process.argv.slice(2).map(Number)
const half = Math.ceil(count / 2)

const runs = { 'by HTTP': await runHttp(half, seed, from), direct: await runDirect(half, seed, from) }
process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`)
if (Object.values(runs).some(({ faults }) => Object.keys(faults).length > 0)) process.exitCode = 1
