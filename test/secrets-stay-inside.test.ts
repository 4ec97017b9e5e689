import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { brokenRecord, notification, wireRecord } from './ceph/ceph-records.ts'
import { type ListeningHost, startHost, untilLogged } from './hosts/process.ts'
import { ask, type ClientReply } from './http-client.ts'

const token = 'tökén+"100%"/=&'
const opaque = 'öpaque "päss" \\+%'
const sinkPassword = 'sink-pässword%25'

/** Every form in which a secret could come out. */
const formsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret)
  const asked = [`ceph:${secret}`, `:${secret}`].map((text) => Buffer.from(text).toString('base64'))
  const inJson = JSON.stringify(secret).slice(1, -1)
  const encoded = encodeURIComponent(secret)
  return [
    secret,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    encoded,
    encoded.toLowerCase(),
    encodeURI(secret),
    bytes.toString('latin1'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    ...asked,
  ]
}

const secretsIn = (text: string, secrets: readonly string[]): string[] =>
  secrets.flatMap(formsOf).filter((form) => text.includes(form))

const path = `/ceph-notifications?token=${encodeURIComponent(token)}`
const record = (key: string, opaqueData = opaque) => wireRecord(key, { opaqueData })
const broken = { ...brokenRecord('b'), opaqueData: opaque }
const authorization = `Basic ${Buffer.from(`ceph:${token}`).toString('base64')}`

/** Good, bad, refused, unreadable: all that a sender may do with its secrets. */
const conversation = async ({ port }: ListeningHost): Promise<ClientReply[]> => {
  const requests = [
    { path, body: notification(record('good'), broken) },
    {
      path: '/ceph-notifications',
      headers: { authorization, accept: 'application/json' },
      body: notification(record('a')),
    },
    { path: '/ceph-notifications', headers: { authorization: `Bearer ${encodeURIComponent(token)}` }, body: '{}' },
    { path, body: notification(record('other', `not ${opaque}`)) },
    { path, body: `{"Records":[{"opaqueData":${JSON.stringify(opaque)}` },
    { path, body: JSON.stringify({ [opaque]: token, Records: token }) },
    { path, body: notification({ ...broken, eventName: '' }, record(`${token} in a key`)) },
    { path, body: Buffer.concat([Buffer.from([0xff]), Buffer.from(`${opaque}${token}`)]) },
    { path, method: 'GET' },
    { path, method: 'OPTIONS', headers: { 'webhook-request-origin': 'a.example' } },
    { path: path.replace('ceph', 'none'), body: '{}' },
    { path, body: 'x'.repeat(5000) },
  ]
  const replies: ClientReply[] = []
  for (const each of requests) replies.push(await ask({ port, ...each }))
  return replies
}

const transcript = async (t: TestContext, environment: Record<string, string>) => {
  const host = await startHost(t, {
    AUTH_TOKENS: `another,${token}`,
    OPAQUE_SECRETS: opaque,
    LOG_LEVEL: 'debug',
    MAX_BODY_BYTES: '4000',
    REFUSAL_DELAY_MS: '0',
    ...environment,
  })
  const replies = await conversation(host)
  host.child.kill('SIGTERM')
  await host.exited
  const { stdout, stderr } = host.output
  return { stdout, stderr, replies, statuses: replies.map(({ status }) => status) }
}

test('neither tokens nor opaque secrets appear in a log line, a reply, an event or a dead letter', async (t) => {
  const { stdout, stderr, replies, statuses } = await transcript(t, { SHUTDOWN_GRACE_MS: '0' })

  assert.deepEqual(statuses, [200, 200, 401, 401, 401, 400, 200, 401, 405, 204, 404, 413])
  assert.match(stdout, /"subject":"good"/)
  assert.match(stderr, /tidings\.dead-letter.*\[redacted\]/)
  assert.match(stderr, /"message":"refused"/)
  assert.deepEqual(secretsIn(stderr, [token, opaque]), [], 'log and dead letters')
  assert.deepEqual(secretsIn(JSON.stringify(replies), [token, opaque]), [], 'replies')
  // One key was made to hold the token: names of things are the sender's to choose, and are never altered.
  assert.deepEqual(secretsIn(stdout.replaceAll(/[^\n]*in a key[^\n]*\n/g, ''), [token, opaque]), [], 'events')
})

test('where only tokens are asked for, a dead letter of unreadable bytes holds none', async (t) => {
  const { stderr, statuses } = await transcript(t, { OPAQUE_SECRETS: '', SHUTDOWN_GRACE_MS: '0' })
  const letters = stderr.split('\n').filter((line) => line.includes('bodyBase64'))
  const bytes = letters.map((line) => Buffer.from(JSON.parse(line).data.bodyBase64, 'base64').toString())

  assert.deepEqual(statuses, [200, 200, 401, 204, 200, 400, 200, 200, 405, 204, 404, 413])
  assert.equal(bytes.length, 1)
  assert.deepEqual(secretsIn(stderr + bytes.join(), [token]), [])
})

test("a sink's credentials appear in no log line and no reply", async (t) => {
  const credentials = `${encodeURIComponent('üser')}:${encodeURIComponent(sinkPassword)}`
  const host = await startHost(t, {
    AUTH_TOKENS: 'x',
    LOG_LEVEL: 'debug',
    SINK_RETRIES: '0',
    // Nobody listens on the discard port.
    SINK_URL: `http://${credentials}@127.0.0.1:9/path?key=${encodeURIComponent(sinkPassword)}`,
  })
  const reply = await ask({ port: host.port, path: '/ceph-notifications?token=x', body: notification(wireRecord('a')) })
  await untilLogged(host, 'not handled: the sender has to send it again')

  assert.equal(reply.status, 503)
  assert.match(host.output.stderr, /ECONNREFUSED/)
  assert.deepEqual(secretsIn(host.output.stderr + JSON.stringify(reply), [sinkPassword, 'üser']), [])
})
