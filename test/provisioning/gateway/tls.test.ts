import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connectionOf } from '../../../lib/gateway/gateway-connection.ts'
import { createRgw } from '../../../lib/provisioning/gateway/rgw-client.ts'
import { readRgwConfig } from '../../../lib/provisioning/provisioning-settings.ts'
import { makeSelfSigned } from '../../services/certificates.ts'

const directory = mkdtempSync(join(tmpdir(), 'tls-'))
after(() => rmSync(directory, { recursive: true }))

const selfSigned = (names: string, days: number) => makeSelfSigned(directory, names, days)

const listen = async (server: {
  listen(port: number, host: string): unknown
  address(): unknown
  close(): unknown
}) => {
  server.listen(0, '127.0.0.1')
  await once(server as Server, 'listening')
  after(() => server.close())
  return (server.address() as AddressInfo).port // A string only for pipes.
}

const REPLY = '<ListTopicsResponse><ListTopicsResult><Topics/></ListTopicsResult></ListTopicsResponse>'

const gatewayWith = (tls: { key: string; cert: string }): Promise<number> =>
  listen(createServer(tls, (_, response) => response.end(REPLY)))

const listTopics = async (port: number, ca?: string) => {
  const rgw = createRgw({
    endpoint: new URL(`https://127.0.0.1:${port}`),
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    ...(ca !== undefined && { ca }),
    connectTimeoutMs: 1000,
    requestTimeoutMs: 5000,
    attempts: 1,
  })
  try {
    return await rgw.listTopics()
  } finally {
    rgw.close()
  }
}

const unavailable = (message: RegExp) => ({ code: 'rgw_unavailable', message })

test('a gateway is trusted by the CA that is given, and not without', async () => {
  const tls = await selfSigned('IP:127.0.0.1', 1)
  const port = await gatewayWith(tls)
  assert.deepEqual(await listTopics(port, tls.cert), [])
  await assert.rejects(
    listTopics(port),
    unavailable(/: its certificate was issued by a CA that is not trusted here: give the certificate of that CA/),
  )
})

test('of a certificate for another name the names are reported', async () => {
  const tls = await selfSigned('DNS:rgw.example.org,DNS:*.rgw.example.org', 1)
  await assert.rejects(
    listTopics(await gatewayWith(tls), tls.cert),
    unavailable(
      /: its certificate is for rgw\.example\.org, \*\.rgw\.example\.org and not for 127\.0\.0\.1: use a name of the certificate as URL$/,
    ),
  )
})

test('of a certificate that has expired the day is reported', async () => {
  const tls = await selfSigned('IP:127.0.0.1', -1)
  await assert.rejects(
    listTopics(await gatewayWith(tls), tls.cert),
    unavailable(/: its certificate expired on \w{3} [\d ]\d .* GMT: renew it, or correct the clock here$/),
  )
})

test('https on the port of plain HTTP is reported as such', async () => {
  const port = await listen(createPlainServer((_, response) => response.end(REPLY)))
  await assert.rejects(listTopics(port), unavailable(/: the gateway does not speak TLS on this port: use http:\/\//))
})

test('a file of certificates without a certificate is refused, with what is in it', async () => {
  const { key } = await selfSigned('IP:127.0.0.1', 1)
  const config = (text: string) => {
    const file = join(directory, 'ca.pem')
    writeFileSync(file, text)
    return readRgwConfig({ RGW_ENDPOINT: 'https://h', RGW_ACCESS_KEY: 'a', RGW_SECRET_KEY: 's', RGW_CA_FILE: file })
  }
  assert.throws(() => connectionOf(config(key)), {
    code: 'config_invalid',
    message: /has a key and no certificate/,
  })
  assert.throws(() => connectionOf(config('hello')), {
    code: 'config_invalid',
    message: /has no text that begins with/,
  })
})
