import assert from 'node:assert/strict'
import { constants } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setDefaultCACertificates, type TLSSocket } from 'node:tls'
import { createPost } from '../../lib/sinks/http-post.ts'
import { makeSelfSigned } from '../services/certificates.ts'

test('a receiver with TLS gets requests once its certificate is trusted, and not a byte before', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tidings-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const { key, cert } = await makeSelfSigned(directory, 'DNS:localhost', 2)
  const areReused: boolean[] = []
  const bodies: string[] = []
  const server = createServer({ key, cert }, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(body)
    response.writeHead(204, body === 'last' ? { connection: 'close' } : {}).end()
  })
  server.on('secureConnection', (socket: TLSSocket) => areReused.push(socket.isSessionReused()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/`)
  const untrusted = createPost(url, 5000)({ headers: {}, body: 'secret' }, undefined)
  await assert.rejects(untrusted, { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  assert.deepEqual(bodies, [])
  setDefaultCACertificates([cert])
  const post = createPost(url, 5000)
  areReused.length = 0
  for (const body of ['first', 'last', 'next']) assert.equal((await post({ headers: {}, body }, undefined)).status, 204)
  assert.deepEqual(areReused, [false, true])
})

test('a receiver that refuses a session of its own gets no request with it again', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tidings-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const { key, cert } = await makeSelfSigned(directory, 'DNS:localhost', 2)
  setDefaultCACertificates([cert])
  const server = createServer(
    { key, cert, maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET },
    (_request, response) => response.writeHead(204, { connection: 'close' }).end(),
  )
  const sessions = new Set<string>()
  server.on('newSession', (id, _session, kept) => {
    sessions.add(id.toString('hex'))
    kept()
  })
  server.on('resumeSession', (id, resume) =>
    resume(sessions.has(id.toString('hex')) ? new Error('refused') : null, null),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const post = createPost(new URL(`https://localhost:${(server.address() as AddressInfo).port}/`), 5000)
  const answers = []
  for (let count = 0; count < 3; count++) {
    answers.push(
      await post({ headers: {}, body: '' }, undefined).then(
        ({ status }) => status,
        ({ code }) => code,
      ),
    )
  }
  assert.deepEqual(answers, [204, 'ECONNRESET', 204])
})
