import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openstackCapture } from '../fixtures.ts'
import { changed } from './changed.ts'
import { notify, serveExample } from './serve-example.ts'
import { startStandIn } from './stand-in.ts'

const login = openstackCapture('keystone/identity.authenticate.1')

// No failed login was captured: this is the captured login with the outcome of a failed one.
const failed = (agent: string) =>
  changed(login, ({ payload }) => {
    payload.outcome = 'failure'
    payload.initiator.host = { address: '192.0.2.7', agent }
  })

test('a failed login becomes a message, and a successful one does not', async () => {
  await using chat = await startStandIn(() => ({ status: 200 }))
  await using host = await serveExample('failed-logins.ts', { WEBHOOK_URL: `${chat.url}/hook` })
  assert.equal(await notify(host, login), 204)
  assert.equal(await notify(host, failed('curl/8 <!channel>')), 204)
  assert.deepEqual(
    chat.requests.map(({ line, body }) => [line, body]),
    [
      [
        'POST /hook',
        { text: 'Failed login of admin from 192.0.2.7 (curl/8 &lt;!channel&gt;) at 2026-11-21T19:33:06.119866Z' },
      ],
    ],
  )
})

test('a chat that is busy gets the message again after the time that it asks for', async () => {
  await using chat = await startStandIn(() =>
    chat.requests.length === 1 ? { status: 429, headers: { 'Retry-After': '7' } } : { status: 200 },
  )
  await using host = await serveExample('failed-logins.ts', { WEBHOOK_URL: chat.url })
  assert.equal(await notify(host, failed('curl')), 503)
  assert.equal(await notify(host, failed('curl')), 204)
  assert.equal(chat.requests.length, 2)
})
