// CPU time of a process that loads a function's bundle and handles one notification (log: sink), above one that loads nothing:
// by HTTP with a token, and by a queue, whose platform has asked for credentials already. And the bundle's size.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { openstackCapture } from '../test/fixtures.ts'
import { inTurn, notification, output, report } from './measure.ts'

const http = (body: string) => ({
  version: '2.0',
  rawPath: '/',
  rawQueryString: 'token=a-token',
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST', sourceIp: '192.0.2.1' } },
  body,
  isBase64Encoded: false,
})
const queue = (body: string) => ({
  eventSource: 'aws:rmq',
  rmqMessagesByQueue: {
    'q::/': [{ basicProperties: {}, redelivered: false, data: Buffer.from(body).toString('base64') }],
  },
})

const openstack = openstackCapture('nova/compute.instance.create.end.1').body
const cases = [
  { of: 'Ceph, HTTP', file: 'ceph-notifications.cjs', event: http(notification), kilobytes: 110 },
  { of: 'OpenStack, HTTP', file: 'openstack-notifications.cjs', event: http(openstack), kilobytes: 127 },
  { of: 'OpenStack, queue', file: 'openstack-notifications.cjs', event: queue(openstack), kilobytes: 127 },
]

const here = (file: string): string => new URL(file, import.meta.url).pathname
const directory = mkdtempSync(`${tmpdir()}/tidings-bench-`)
const eventFile = `${directory}/event.json`
const resultFile = `${directory}/result`

const cpu = (bundle: string) => async (): Promise<number> => {
  rmSync(resultFile, { force: true })
  await output(process.execPath, [here('cold-start-child.cjs'), bundle, eventFile, resultFile], {
    AUTH_TOKENS: 'a-token',
  })
  return Number(readFileSync(resultFile, 'utf8'))
}

for (const { of, file, event, kilobytes } of cases) {
  const bundle = here(`../dist/${file}`)
  writeFileSync(eventFile, JSON.stringify(event))
  const milliseconds = await inTurn(31, { bundle: cpu(bundle), none: cpu('none') })
  report(`cold start (${of}), CPU-ms above none`, (milliseconds.bundle - milliseconds.none).toFixed(1), '<= 25')
  report('  (the empty process itself)', milliseconds.none.toFixed(1), '-')
  report('  bundle, kB', (statSync(bundle).size / 1000).toFixed(1), `<= ${kilobytes}`)
}
rmSync(directory, { recursive: true })
