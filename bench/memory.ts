// Memory, resident and on the heap, of a process whose Ceph function (null sink) handles a million events, after the first
// 100,000 and at the end. Run with --expose-gc, so that both are read after a collection. It is the same event each time.

import { ceph } from '../lib/kit/ceph.ts'
import { readConfig } from '../lib/kit/config.ts'
import { notification, report } from './measure.ts'

const handler = ceph({ config: readConfig({ AUTH_TOKENS: 'a-token', CLAIMS_URL: 'none:' }) }).otherwise(() => {})
const event = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: 'token=a-token',
  requestContext: { http: { method: 'POST' } },
  body: notification,
}

const mebibytes = (): { rss: string; heap: string } => {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { rss: (rss / 2 ** 20).toFixed(0), heap: (heapUsed / 2 ** 20).toFixed(1) }
}

for (let count = 0; count < 100_000; count++) await handler(event, {})
const before = mebibytes()
for (let count = 100_000; count < 1_000_000; count++) await handler(event, {})
const after = mebibytes()
report('RSS in MiB after 1 M events (after 100,000)', `${after.rss} (${before.rss})`, 'flat')
report('  heap in use', `${after.heap} (${before.heap})`, 'flat')
