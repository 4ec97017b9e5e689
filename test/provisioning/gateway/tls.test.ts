import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createRgw } from '../../../lib/provisioning/gateway/rgw-client.ts'

const directory = mkdtempSync(join(tmpdir(), 'tls-'))
after(() => rmSync(directory, { recursive: true }))

const selfSigned = () => {
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const subject = ['-subj', '/CN=gateway', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(certificate, 'utf8') }
}

test('a gateway is trusted by the CA that is given, and not without', async () => {
  const { key, cert } = selfSigned()
  const reply = '<ListTopicsResponse><ListTopicsResult><Topics/></ListTopicsResult></ListTopicsResponse>'
  const server = createServer({ key, cert }, (_, response) => response.end(reply))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  const connection = {
    endpoint: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`), // A string only for pipes.
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    connectTimeoutMs: 1000,
    requestTimeoutMs: 5000,
    attempts: 1,
  }
  const [trusting, doubting] = [createRgw({ ...connection, ca: cert }), createRgw(connection)]
  after(() => {
    trusting.close()
    doubting.close()
  })
  assert.deepEqual(await trusting.listTopics(), [])
  await assert.rejects(doubting.listTopics(), {
    code: 'rgw_unavailable',
    message: /\(DEPTH_ZERO_SELF_SIGNED_CERT\): its certificate is not trusted: give the CA it was issued by$/,
  })
})
