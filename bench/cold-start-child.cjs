// Loads the bundle named (or none), has it handle one event of a platform, and writes the CPU-ms of this process to a file.
const { readFileSync, writeFileSync } = require('node:fs')

const [bundle, eventFile, resultFile] = process.argv.slice(2)
const event = JSON.parse(readFileSync(eventFile, 'utf8'))

const run = async () => {
  if (bundle !== 'none') {
    const { statusCode, outcome } = await require(bundle).handler(event, {})
    if (statusCode !== 204 && outcome !== 'ack') throw new Error(`answered ${statusCode ?? outcome}`)
  }
  const { user, system } = process.cpuUsage()
  writeFileSync(resultFile, String((user + system) / 1000))
}
run()
