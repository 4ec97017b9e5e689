import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { answerText } from '../../lib/cli/send-answer.ts'
import { startHost } from '../host-process.ts'
import { freePorts } from '../services/ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runInProcess } from './in-process.ts'

let host: Awaited<ReturnType<typeof startHost>>
before(async () => {
  host = await startHost({ AUTH_TOKENS: 'token-of-the-host' })
})
after(() => host[Symbol.asyncDispose]())

const AUTH_TOKENS = 'token-of-the-host,another'

test('a function handles a notification of Ceph; the same command again sends another event', async () => {
  const args = [
    'send',
    'ceph',
    'ObjectCreated:Put',
    '--bucket',
    'films',
    '--key',
    'in/ä.mkv',
    '--size',
    '7',
    '--tag',
    'a=b',
  ]
  const send = () =>
    runInProcess([...args, '--metadata', 'owner=ops', '--to', `${host.url}/ceph-notifications`], {
      env: { AUTH_TOKENS },
    })
  const { code, stdout, stderr } = await send()
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^200 in \d+ ms: the function handled it\n {2}event \S+\n$/)
  await send()
  const [first, second] = await host.untilEvents(2)
  assert.deepEqual([first.type, first.subject], ['com.amazonaws.s3.ObjectCreated:Put', 'in/ä.mkv'])
  assert.deepEqual(first.data.s3.object.tags, [{ key: 'a', val: 'b' }])
  assert.deepEqual(first.data.s3.object.metadata, [{ key: 'x-amz-meta-owner', val: 'ops' }])
  assert.notEqual(first.id, second.id)
})

test('a function handles a notification of OpenStack', async () => {
  const before = host.events.length
  const folder = temporaryFolder()
  writeFileSync(`${folder}/token`, 'token-of-the-host\n')
  const args = ['send', 'openstack', 'compute.instance.create.end', '--project', 'p-1', '--payload', 'vcpus=2']
  const to = ['--to', `${host.url}/openstack-notifications`, '--token-file', `${folder}/token`]
  const { code, stdout } = await runInProcess([...args, '--payload', 'display_name=web-1', ...to, '--json'])
  assert.equal(code, 0)
  const { handled, status, body } = JSON.parse(stdout)
  assert.deepEqual([handled, status, body.outcome], [true, 200, 'ack'])
  const event = (await host.untilEvents(before + 1))[before]
  assert.deepEqual([event.type, event.project], ['org.openstack.nova.compute.instance.create.end', 'p-1'])
  assert.deepEqual([event.data.payload.vcpus, event.data.payload.display_name], [2, 'web-1'])
})

test('an answer that is not a success is explained, and is exit code 2', async () => {
  const send = (path: string, env = {}) => runInProcess(['send', 'ceph', '--to', `${host.url}${path}`], { env })
  const unauthorized = await send('/ceph-notifications')
  assert.equal(unauthorized.code, 2)
  assert.match(
    unauthorized.stdout,
    /^401 in \d+ ms: the function asks for a token: set AUTH_TOKENS, or use --token-file\n/,
  )
  assert.match(
    (await send('/ceph-notifications', { AUTH_TOKENS: 'another-token' })).stdout,
    /^401 in \d+ ms: the function does not know the token that was sent: /,
  )
  const noFile = await runInProcess(['send', 'ceph', '--to', host.url, '--token-file', '/no/such'])
  assert.deepEqual([noFile.code, /--token-file \/no\/such cannot be read: name a file/.test(noFile.stderr)], [1, true])
  const elsewhere = await send('/nothing-here', { AUTH_TOKENS })
  assert.equal(elsewhere.code, 2)
  assert.match(
    elsewhere.stdout,
    /^404 in \d+ ms: no function is served at this path.*\n {2}.*POST to \/ceph-notifications/,
  )
  const wrong = await send('/openstack-notifications', { AUTH_TOKENS })
  assert.equal(wrong.code, 2)
  assert.match(
    wrong.stdout,
    /^\d+ in \d+ ms: the function (set it aside as a dead letter\n|refused it: ceph\(\) takes only notifications of Ceph)/,
  )
})

test('an answer without events says why there may be none', () => {
  const body = { outcome: 'ack', events: [], deadLetters: [] }
  assert.match(
    answerText({ handled: true, status: 200, durationMs: 3, body }),
    /^200 in 3 ms: the function accepted it\n {2}no event was delivered: no `\.on` or route matches it/,
  )
})

test('nothing that listens is exit code 1, with what to do', async () => {
  const [port] = await freePorts(1)
  const { code, stdout, stderr } = await runInProcess(['send', 'ceph', '--to', `http://127.0.0.1:${port}`])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(
    stderr,
    /^tidings: no function answers at http:\/\/127\.0\.0\.1:\d+: start a function there \(tidings serve\)/,
  )
})

test('a function of others is told apart from ours, and its answer is shown', async (t) => {
  const seen: { headers?: IncomingHttpHeaders; body?: string } = {}
  const server = createServer(async (request, response) => {
    Object.assign(seen, { headers: request.headers, body: await text(request) })
    response.end('thanks')
  })
  const [port] = await freePorts(1)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { code, stdout } = await runInProcess(['send', 'ceph', '--to', url], {
    env: { OPAQUE_SECRETS: 'shown-in-records' },
  })
  assert.equal(code, 0)
  assert.match(stdout, /: the function handled it\n {2}thanks\n$/)
  assert.equal(seen.headers?.authorization, undefined)
  assert.equal(JSON.parse(seen.body ?? '').Records[0].opaqueData, 'shown-in-records')
})

test('answers of any kind are told, and cannot steer the terminal', async (t) => {
  const server = createServer((request, response) => {
    request.resume()
    const [, path] = (request.url ?? '').split('/')
    if (path === 'garbage') response.end(Buffer.from([0xff, 0x1b, 0x5b, 0x32, 0x4a, 0x07, 0x78]))
    else if (path === 'escape') response.writeHead(422).end(JSON.stringify({ detail: '\u001b]0;owned\u0007' }))
    else if (path === 'letters') response.end(JSON.stringify({ deadLetters: [null, { code: 'x', message: 'y' }] }))
    else if (path === 'moved') response.writeHead(302, { location: 'http://example.org/' }).end()
    else if (path === 'closed') request.socket.destroy()
    else if (path === 'mail') request.socket.end('220 mail.example.org\r\n')
    else if (path === 'large') response.end('x'.repeat(3_000_000))
    else response.writeHead(500).end(request.headers.authorization)
  })
  const [port] = await freePorts(1)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.after(() => server.close())
  const send = async (path: string, ...more: readonly string[]) => {
    const url = `http://user:se%63ret@127.0.0.1:${port}/${path}`
    const { code, stdout, stderr } = await runInProcess(['send', 'ceph', '--to', url, ...more], {
      env: { AUTH_TOKENS },
    })
    assert.doesNotMatch(stdout + stderr, /secret|se%63ret|(?!\n)\p{Cc}/u)
    return [
      code,
      (stdout + stderr)
        .replace(/in \d+ ms/, 'in 1 ms')
        .replaceAll(String(port), 'PORT')
        .slice(0, 120),
    ]
  }
  assert.deepEqual(await send('garbage'), [0, '200 in 1 ms: the function handled it\n  \ufffd\ufffd[2J\ufffdx\n'])
  assert.deepEqual(await send('escape'), [2, '422 in 1 ms: the function refused it\n  \ufffd]0;owned\ufffd\n'])
  assert.deepEqual(await send('letters'), [
    2,
    '200 in 1 ms: the function set it aside as a dead letter\n  unknown: \n  x: y\n',
  ])
  assert.deepEqual(await send('moved'), [2, '302 in 1 ms: it sends callers elsewhere: name that address with --to\n'])
  assert.deepEqual(await send('closed'), [
    1,
    'tidings: no function answers at http://127.0.0.1:PORT: it closed the connection; its log may have the reason\n',
  ])
  assert.deepEqual(await send('mail'), [
    1,
    'tidings: no function answers at http://127.0.0.1:PORT: a program that does not speak HTTP listens there; correct the add',
  ])
  assert.match(String((await send('large'))[1]), /^200 in 1 ms: the function handled it\n {2}x+/)
  assert.deepEqual(await send('refused'), [
    2,
    `500 in 1 ms: the function failed; its log has the reason\n  Basic ${btoa('user:secret')}\n`,
  ])
})

test('--print shows the notification, less secrets, and sends nothing', async () => {
  const env = { OPAQUE_SECRETS: 'shown-in-records' }
  const { code, stdout } = await runInProcess(['send', 'ceph', 'objectremoved:delete', '--print'], { env })
  assert.equal(code, 0)
  assert.equal(JSON.parse(stdout).Records[0].eventName, 'ObjectRemoved:Delete')
  assert.doesNotMatch(stdout, /shown-in-records/)
})

test('what cannot be sent fails with the usage', async () => {
  for (const [args, message] of [
    [[], 'the product is missing. Use one of ceph, openstack.'],
    [['ceph', 'ObjectCreated:Putt'], 'Ceph is not known to send ObjectCreated:Putt. Did you mean ObjectCreated:Put?'],
    [['ceph', '--payload', 'a=b'], '--payload is a flag of tidings send openstack only: remove it'],
    [['ceph', '--size', 'large'], "--size must be a whole number of bytes, got 'large'"],
    [['ceph', '--tag', 'stage'], "--tag must have the form name=value, got 'stage'"],
    [
      ['ceph', '--to', 'localhost:8080'],
      "--to must be a URL that begins with http:// or https://, got 'localhost:8080': did you mean http://localhost:8080?",
    ],
    [['ceph', '--to', 'user:s3cret@h'], '--to must be a URL that begins with http:// or https://'],
    [['openstack'], 'name the event type, for example compute.instance.create.end'],
    [
      ['openstack', 'compute.instance.creat.end'],
      'no service is known to send compute.instance.creat.end. Did you mean compute.instance.create.end? For an event of your own, add --service <name>',
    ],
    [['ceph', 'ObjectCreated:Put', 'again'], 'unexpected argument after the event: remove it'],
    [['ceph', '--buket', 'x'], "Unknown option '--buket'. Did you mean --bucket?"],
  ] as const) {
    const { code, stdout, stderr } = await runInProcess(['send', ...args])
    assert.deepEqual([code, stdout], [1, ''], message)
    assert.equal(stderr.split('\n')[0], `tidings: ${message}`)
  }
  const own = await runInProcess(['send', 'openstack', 'shop.order.paid', '--service', 'shop', '--print'])
  assert.equal(JSON.parse(own.stdout).publisher_id, 'shop.host1')
})
