// Requests per second of the Ceph function in the host (token, schema, CloudEvent, null sink) beside a bare node:http
// server and Python's http.server.
import autocannon from 'autocannon'
import { freePorts } from '../test/services/ports.ts'
import { inTurn, notification, report, startServer } from './measure.ts'

const here = (file: string): string => new URL(file, import.meta.url).pathname
const [first = 0, second, third] = await freePorts(3)
// The load is one notification over and over: none of them is to pass for a duplicate.
const settings = { PORT: `${first}`, AUTH_TOKENS: 'a-token', CLAIMS_URL: 'none:' }
const host = await startServer(process.execPath, [here('null-host.ts')], settings)
const bare = await startServer(process.execPath, [here('bare-server.cjs')], { PORT: `${second}` })
const python = await startServer('python3', [here('python-server.py')], { PORT: `${third}` })

/** 32 connections: the median of the requests per second, of those answered with 2xx. */
const load = (url: string) => async (): Promise<number> => {
  const { non2xx, requests } = await autocannon({
    url,
    connections: 32,
    duration: 4,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: notification,
  })
  if (non2xx > 0) throw new Error(`${url}: ${non2xx} answers were not 2xx`)
  return requests.p50
}

const perSecond = await inTurn(7, {
  host: load(`http://127.0.0.1:${host.port}/ceph-notifications?token=a-token`),
  bare: load(`http://127.0.0.1:${bare.port}/`),
  python: load(`http://127.0.0.1:${python.port}/`),
})
report('requests/s, function in the host', perSecond.host.toFixed(0), '-')
report('  beside a bare node:http server that parses the body', (perSecond.host / perSecond.bare).toFixed(2), '>= 0.75')
report("  beside Python's http.server that parses the body", (perSecond.host / perSecond.python).toFixed(1), '>= 10')
await Promise.all([host.stop(), bare.stop(), python.stop()])
