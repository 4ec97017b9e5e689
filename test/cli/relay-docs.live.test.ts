// docs/relay.md: what it tells people to run is run.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { startHost } from '../host-process.ts'
import { codeBlocks } from '../markdown.ts'
import { distinctNotifications } from '../relay/distinct.ts'
import { openRig, until } from '../relay/rig.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { endTyped, startTyped, TYPED_ENVIRONMENT } from '../typed.ts'

const root = new URL('../..', import.meta.url).pathname
const document = readFileSync(`${root}docs/relay.md`, 'utf8')
const [first = '', compat = '', several = '', http = '', deadLetters = '', ...rest] = codeBlocks(document, 'sh')

const broker = await startRabbitMQ()
const rig = await openRig(broker.url)
after(async () => {
  await rig.close()
  await broker.stop()
})
for (const exchange of ['nova', 'neutron', 'glance']) await rig.channel.assertExchange(exchange, 'topic')

/** A block with our broker in place of the one on this machine. */
const scriptOf = (block: string): string =>
  block.replaceAll('localhost:5672', `127.0.0.1:${broker.port}`).replaceAll('localhost/', `127.0.0.1:${broker.port}/`)

/** Lines on stdout so far. */
type Printed = () => readonly string[]

const runRelay = async (
  block: string,
  whileItRuns: (printed: Printed) => Promise<void>,
  env: Record<string, string> = {},
): Promise<readonly string[]> => {
  const child = startTyped(scriptOf(block), root, { AMQP_URL: broker.url, ...env })
  const closed = once(child, 'close') // When the relay has ended too, which holds the pipes.
  let output = ''
  let log = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    log += text
  })
  const printed: Printed = () => output.split('\n').slice(0, -1)
  try {
    await until('bound', () => log.includes('"bound"'))
    await whileItRuns(printed)
  } finally {
    endTyped(child)
  }
  await closed
  assert.match(log, /"stopped"/)
  return printed()
}

const publish = async (prefix: string, count: number): Promise<readonly string[]> => {
  const sent = distinctNotifications(prefix, count, ({ exchange }) => ['nova', 'neutron'].includes(exchange))
  for (const { exchange, routingKey, body } of sent) rig.channel.publish(exchange, routingKey, body)
  await rig.channel.waitForConfirms()
  return sent.map(({ id }) => id)
}

test('every block of commands is one of those below', () => {
  assert.deepEqual(rest, [])
})

test("README's relay prints events", async () => {
  const readme = readFileSync(`${root}README.md`, 'utf8')
  const block = codeBlocks(readme, 'sh').find((each) => each.includes('tidings relay')) ?? ''
  const here = block.replace('user:password@rabbitmq.example.org', 'guest:guest@localhost')
  let sent: readonly string[] = []
  const events = await runRelay(here, async (printed) => {
    sent = await publish('readme', 5)
    await until('they are printed', () => printed().length === sent.length)
  })
  assert.deepEqual(new Set(events.map((line) => JSON.parse(line).id)), new Set(sent))
  await rig.channel.deleteQueue('tidings')
})

test('the first relay, and the one in place of a kombu worker, print events', async () => {
  for (const [block, prefix] of [
    [first, 'first'],
    [compat, 'compat'],
  ] as const) {
    let sent: readonly string[] = []
    const events = await runRelay(block, async (printed) => {
      sent = await publish(prefix, 10)
      await until('they are printed', () => printed().length === 10)
    })
    assert.deepEqual(new Set(events.map((line) => JSON.parse(line).id)), new Set(sent))
    // The next one has other bindings.
    await rig.channel.deleteQueue('tidings')
  }
})

test('several sources, each with a queue and exchanges of its own', async () => {
  const events = await runRelay(several, async (printed) => {
    await until(
      'both are there',
      async () => (await rig.depth('nova')) !== undefined && (await rig.depth('rest')) !== undefined,
    )
    await until('both are bound', async () => {
      const bindings = await broker.ctl('list_bindings', 'source_name', 'destination_name')
      return ['nova\tnova', 'neutron\trest', 'glance\trest'].every((line) => bindings.includes(line))
    })
    await publish('several', 10)
    await until('they are printed', () => printed().length === 10)
  })
  assert.equal(events.length, 10)
})

test('a function behind HTTP', async () => {
  await using host = await startHost({ AUTH_TOKENS: 't0ken' })
  const block = http.replace('http://localhost:8080', host.url)
  let sent: readonly string[] = []
  await runRelay(
    block,
    async () => {
      sent = await publish('http', 10)
      await host.untilEvents(10)
    },
    { RELAY_INVOKE_TOKEN: 't0ken' },
  )
  assert.deepEqual(new Set(host.events.map(({ id }) => id)), new Set(sent))
})

test("the relay of docs/deploy-openfaas.md, with the secrets' files", async () => {
  const openfaas = readFileSync(`${root}docs/deploy-openfaas.md`, 'utf8')
  const block = codeBlocks(openfaas, 'sh').find((each) => each.includes('tidings relay')) ?? ''
  await using host = await startHost({ AUTH_TOKENS: 't0ken' })
  const secrets = mkdtempSync(`${tmpdir()}/tidings-secrets-`)
  after(() => rmSync(secrets, { recursive: true }))
  writeFileSync(`${secrets}/amqp-url`, broker.url)
  writeFileSync(`${secrets}/token`, 't0ken\n')
  const here = block
    .replaceAll('/run/secrets/', `${secrets}/`)
    .replace('http://gateway.openfaas:8080/function', host.url)
  let sent: readonly string[] = []
  await runRelay(
    here,
    async () => {
      sent = await publish('openfaas', 10)
      await host.untilEvents(10)
    },
    { AMQP_URL: '' },
  )
  assert.deepEqual(new Set(host.events.map(({ id }) => id)), new Set(sent))
})

test('dead letters are listed, shown and put back', async () => {
  const [one] = distinctNotifications('dead', 1, ({ name }) => name.startsWith('nova/compute.instance.create.end'))
  rig.channel.publish('', 'tidings.dead-letters', one?.body ?? Buffer.of())
  await rig.channel.waitForConfirms()
  const printed: string[] = []
  for (const line of deadLetters.split('\n')) {
    const options = { cwd: root, env: { ...TYPED_ENVIRONMENT, AMQP_URL: broker.url } }
    printed.push((await promisify(execFile)('sh', ['-c', scriptOf(line)], options)).stdout)
  }
  const [list = '', json = '', show = '', dryRun = '', all = ''] = printed
  assert.match(list, /^tidings\.dead-letters of vhost \/: 1 dead letter\n/)
  assert.equal(JSON.parse(json).queues[0].count, 1)
  assert.equal(JSON.parse(show).messageId, 'dead-0')
  assert.match(dryRun, /\n1 would be put back\n$/)
  assert.match(all, /\n1 put back\n$/)
  assert.deepEqual([await rig.depth('tidings'), await rig.depth('tidings.dead-letters')], [1, 0])
})
