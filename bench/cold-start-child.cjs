// Loads the bundle named (or none), has it handle one notification, and writes the CPU-ms of this process to a file.
const { readFileSync, writeFileSync } = require('node:fs')

const [bundle, notificationFile, resultFile] = process.argv.slice(2)
const event = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: 'token=a-token',
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST', sourceIp: '192.0.2.1' } },
  body: readFileSync(notificationFile, 'utf8'),
  isBase64Encoded: false,
}

const run = async () => {
  if (bundle !== 'none') {
    const { statusCode } = await require(bundle).handler(event, {})
    if (statusCode !== 204) throw new Error(`answered ${statusCode}`)
  }
  const { user, system } = process.cpuUsage()
  writeFileSync(resultFile, String((user + system) / 1000))
}
run()
