import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { openGateway } from '../provisioning/gateway.ts'
import { writeDocument } from './documents.ts'
import { gatewayVariables, spawnTidings } from './spawned.ts'

const gateway = await openGateway()
const env = gatewayVariables(gateway.connection)

const provision = (action: string, file: string, ...more: string[]) =>
  spawnTidings(['provision', action, '-f', file, ...more], { env })

const DOCUMENT = 'topics: [{ name: trouble, endpoint: "http://127.0.0.1:9/" }]'

test('a bucket that is missing and not ours to create is pending to plan, and fails apply', async () => {
  const file = writeDocument('unmet.yaml', 'buckets: [{ name: cli-missing }]')
  const remedy = 'buckets.0: bucket cli-missing does not exist: create it, or add create: true\n'
  assert.deepEqual(await provision('plan', file), {
    code: 2,
    stdout: `! ${remedy}nothing can be applied before that is solved\n`,
    stderr: '',
  })
  assert.deepEqual(await provision('apply', file), {
    code: 1,
    stdout: '',
    stderr: `tidings: desired_unmet: something that the document needs is missing, and nothing was sent\n  line 1, column 11: ${remedy}`,
  })
})

test('wrong credentials are told with the request id and without the secret key', async () => {
  const file = writeDocument('wrong.yaml', DOCUMENT)
  const { code, stdout, stderr } = await provision('plan', file, '-s', 'wrong-s3cret')
  assert.deepEqual([code, stdout], [1, ''])
  const told = `tidings: rgw_refused: ListTopics: 403 SignatureDoesNotMatch: the secret key does not belong to access key ${env.RGW_ACCESS_KEY}: correct it`
  assert.match(stderr, new RegExp(`^${told}\n {2}request id: tx\\S+\n$`))
})

test('a gateway that is down is told', async () => {
  const file = writeDocument('down.yaml', DOCUMENT)
  const { code, stderr } = await spawnTidings(['provision', 'plan', '-f', file, '-e', 'http://127.0.0.1:9'], {
    env: { ...env, RGW_ATTEMPTS: '1' },
  })
  assert.equal(code, 1)
  assert.match(stderr, /^tidings: rgw_unavailable: .* no answer from http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)/)
})

test('SIGINT stops between two changes, says what was done, and applying again does the rest', async () => {
  const topics = ['a', 'b', 'c'].map((name) => ({ name: `cli-stop-${name}`, endpoint: 'http://127.0.0.1:9/' }))
  const stdin = JSON.stringify({ topics })
  let interrupt = (): unknown => undefined
  // The gateway with a pause before the second write, in which the command is interrupted.
  let writes = 0
  const slow = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    if (body.includes('Action=CreateTopic')) writes += 1
    if (writes === 2) {
      interrupt()
      return
    }
    const reply = await gateway.client.request({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      service: 'sns',
    })
    response.writeHead(reply.status).end(reply.body)
  })
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  const { port } = slow.address() as { port: number } // A string only for pipes.
  const stopped = await spawnTidings(['provision', 'apply', '-f', '-', '-e', `http://127.0.0.1:${port}`], {
    env,
    stdin,
    onStart: (child) => {
      interrupt = () => child.kill('SIGINT')
    },
  })
  slow.close()
  slow.closeAllConnections()
  assert.deepEqual([stopped.code, stopped.stdout], [1, ''])
  assert.equal(
    stopped.stderr,
    `tidings: apply_incomplete: CreateTopic of topic cli-stop-b: stopped before it was answered (1 of 3 changes were made before)
  done:
    create topic cli-stop-a
  not done:
    create topic cli-stop-b
    create topic cli-stop-c
  apply again to make the other changes
`,
  )
  const again = await spawnTidings(['provision', 'apply', '-f', '-'], { env, stdin })
  assert.match(again.stdout, /^\+ topic cli-stop-b.*2 to create\ndone\n$/s)
})
