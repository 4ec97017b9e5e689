// CPU time of a process that loads the bundle and handles one notification (token, log: sink), above one that loads
// nothing; and the bundle's size.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { inTurn, notification, output, report } from './measure.ts'

const here = (file: string): string => new URL(file, import.meta.url).pathname
const directory = mkdtempSync(`${tmpdir()}/tidings-bench-`)
const notificationFile = `${directory}/notification.json`
const resultFile = `${directory}/result`
writeFileSync(notificationFile, notification)

const cpu = (bundle: string) => async (): Promise<number> => {
  const args = [here('cold-start-child.cjs'), bundle, notificationFile, resultFile]
  await output(process.execPath, args, { AUTH_TOKENS: 'a-token' })
  return Number(readFileSync(resultFile, 'utf8'))
}

const bundle = here('../dist/ceph-notifications.cjs')
const milliseconds = await inTurn(31, { bundle: cpu(bundle), none: cpu('none') })
report('cold start, CPU-ms above an empty process', (milliseconds.bundle - milliseconds.none).toFixed(1), '<= 20')
report('  (the empty process itself)', milliseconds.none.toFixed(1), '-')
report('bundle, kB', (statSync(bundle).size / 1000).toFixed(1), '<= 80')
rmSync(directory, { recursive: true })
