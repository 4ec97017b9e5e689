// CPU time of a process that loads a function's bundle and handles one notification (token, log: sink), above one that
// loads nothing; and the bundle's size.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { openstackCapture } from '../test/fixtures.ts'
import { inTurn, notification, output, report } from './measure.ts'

const functions = [
  { of: 'Ceph', file: 'ceph-notifications.cjs', body: notification, kilobytes: 80 },
  {
    of: 'OpenStack',
    file: 'openstack-notifications.cjs',
    body: openstackCapture('nova/compute.instance.create.end.1').body,
    kilobytes: 90,
  },
]

const here = (file: string): string => new URL(file, import.meta.url).pathname
const directory = mkdtempSync(`${tmpdir()}/tidings-bench-`)
const notificationFile = `${directory}/notification.json`
const resultFile = `${directory}/result`

const cpu = (bundle: string) => async (): Promise<number> => {
  const args = [here('cold-start-child.cjs'), bundle, notificationFile, resultFile]
  rmSync(resultFile, { force: true })
  await output(process.execPath, args, { AUTH_TOKENS: 'a-token' })
  return Number(readFileSync(resultFile, 'utf8'))
}

for (const { of, file, body, kilobytes } of functions) {
  const bundle = here(`../dist/${file}`)
  writeFileSync(notificationFile, body)
  const milliseconds = await inTurn(31, { bundle: cpu(bundle), none: cpu('none') })
  report(
    `cold start (${of}), CPU-ms above an empty process`,
    (milliseconds.bundle - milliseconds.none).toFixed(1),
    '<= 20',
  )
  report('  (the empty process itself)', milliseconds.none.toFixed(1), '-')
  report('  bundle, kB', (statSync(bundle).size / 1000).toFixed(1), `<= ${kilobytes}`)
}
rmSync(directory, { recursive: true })
