// `tidings provision test` with a real gateway and real functions: each hop fails for its own reason.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ProbeReport } from '../../../lib/provisioning/probe/probe-report.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { gatewayVariables } from '../../cli/spawned.ts'
import { startHost } from '../../host-process.ts'
import { startReceiver } from '../../receiver.ts'
import { freePorts } from '../../services/ports.ts'
import { enableVersioning } from '../../services/s3.ts'
import { desire } from '../desire.ts'
import { openGateway } from '../gateway.ts'

const gateway = await openGateway()
const env = gatewayVariables(gateway.connection)
const [away = 0, listening = 0] = await freePorts(2)
const AWAY = `http://127.0.0.1:${away}/`

const host = await startHost({ AUTH_TOKENS: 'right' })
after(() => host.stop())
const hook = (token = 'right', name = 'ceph-notifications') => `${host.url}/${name}?token=${token}`

type Given = { readonly endpoint: string; readonly topic?: object; readonly rule?: object; readonly listen?: object }

const documentOf = (name: string, { endpoint, topic, rule }: Given) =>
  JSON.stringify({
    topics: [{ name, endpoint, ...topic }],
    buckets: [{ name, create: true, rules: [{ id: name, topic: name, ...rule }] }],
  })

const testing = async (document: string, ...args: string[]) => {
  const { code, stdout, stderr } = await runInProcess(['provision', 'test', '-f', '-', '--json', ...args], {
    env: { ...env, AUTH_TOKENS: 'right' },
    stdin: document,
  })
  assert.equal(stderr, '')
  return { code, report: JSON.parse(stdout) as ProbeReport, stdout }
}

const objectsOf = async (bucket: string): Promise<string[]> => {
  const { body } = await gateway.client.send({ method: 'GET', path: `/${bucket}`, query: { versions: '' } })
  return [...body.matchAll(/<Key>([^<]*)/g)].map(([, key = '']) => key)
}

/** `[['put', 'passed'], …]`, the message of the hop that failed. Nothing of the test is left. */
const followed = async (name: string, given: Given, ...args: string[]) => {
  const document = documentOf(name, given)
  await gateway.apply(desire(document))
  return testedAs(name, document, ...args)
}

const testedAs = async (name: string, document: string, ...args: string[]) => {
  gateway.writes()
  const before = [await gateway.rgw.listTopics(), await gateway.rgw.readRules(name)]
  const { code, report, stdout } = await testing(document, ...args)
  assert.deepEqual([await gateway.rgw.listTopics(), await gateway.rgw.readRules(name)], before)
  assert.deepEqual(await objectsOf(name), [])
  assert.doesNotMatch(stdout, /right|wrong/)
  const [rule] = report.rules
  const hops = (rule?.hops ?? []).map(({ hop, outcome }) => (outcome === 'passed' ? hop : `${hop} ${outcome}`))
  const message = rule?.hops.find(({ outcome }) => outcome !== 'passed')?.message ?? ''
  return { code, outcome: rule?.outcome, hops: hops.join(', '), message }
}

const PASSED = 'topic, rule, filter, put, push, token, decode, remove'

test('a rule whose function takes the event passes every hop, with the time of each', async () => {
  const { code, outcome, hops } = await followed('probe-good', { endpoint: hook() })
  assert.deepEqual([code, outcome, hops], [0, 'passed', PASSED])
  const { report } = await testing(documentOf('probe-good', { endpoint: hook() }))
  const timed = report.rules[0]?.hops.filter(({ ms }) => ms !== undefined).map(({ hop }) => hop)
  assert.deepEqual(timed, ['put', 'push', 'remove'])
  // The push of the gateway itself arrives as well.
  const event = await host.untilEvents(2)
  assert.match(event[0].subject, /^tidings-probe-/)
})

test('the object matches what the rule asks for: key, regex, metadata, tags, removal', async () => {
  const filters: object[] = [
    { prefix: 'in/', suffix: '.jpg', metadata: { 'x-amz-meta-color': 'blue' }, tags: { stage: 'raw & new' } },
    { regex: 'in/.*\\.jpg' },
    { regex: '^(in|out)/(.*)\\.(?:jpg|png)$', prefix: 'in' },
  ]
  for (const [index, filter] of filters.entries()) {
    const { hops } = await followed(`probe-filter-${index}`, { endpoint: hook(), rule: { filter } })
    assert.equal(hops, PASSED, JSON.stringify(filter))
  }
  const removal = { events: ['ObjectRemoved:*'] }
  assert.equal((await followed('probe-removal', { endpoint: hook(), rule: removal })).hops, PASSED)
})

test('in a bucket with versions neither a version nor a delete marker stays', async () => {
  await gateway.rgw.createBucket({ name: 'probe-versions' })
  await enableVersioning(gateway.client, 'probe-versions')
  assert.equal((await followed('probe-versions', { endpoint: hook() })).hops, PASSED)
  const body = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'
  await gateway.client.send({ method: 'PUT', path: '/probe-versions', query: { versioning: '' }, body })
  assert.equal((await followed('probe-versions', { endpoint: hook() })).hops, PASSED)
})

test('no topic, no rule, or a rule that is bound elsewhere', async () => {
  const document = documentOf('probe-bare', { endpoint: hook() })
  await gateway.rgw.createBucket({ name: 'probe-bare' })
  const bare = await testedAs('probe-bare', document)
  assert.deepEqual([bare.code, bare.hops], [2, 'topic failed'])
  await gateway.apply(desire(JSON.stringify({ topics: JSON.parse(document).topics })))
  const unbound = await testedAs('probe-bare', document)
  assert.equal(unbound.hops, 'topic, rule failed')
  assert.equal(unbound.message, 'bucket probe-bare has no rule probe-bare: apply the document')
})

test('a filter of the gateway that excludes what the document means', async () => {
  const given = { endpoint: hook(), rule: { filter: { prefix: 'new/' } } }
  await gateway.apply(desire(documentOf('probe-excluded', { ...given, rule: { filter: { prefix: 'old/' } } })))
  const { hops, message } = await testedAs('probe-excluded', documentOf('probe-excluded', given))
  assert.equal(hops, 'topic, rule, filter failed')
  assert.match(
    message,
    /^rule probe-excluded of the gateway has prefix "old\/", which does not match ObjectCreated:Put of new\/tidings/,
  )
})

test('an endpoint that is away, of a plain and of a persistent topic', async () => {
  const plain = await followed('probe-away', { endpoint: AWAY })
  assert.deepEqual([plain.code, plain.hops], [2, 'topic, rule, filter, put, push failed, remove'])
  assert.match(plain.message, /cannot be reached from here \(ECONNREFUSED\).* so the event is lost$/)
  const persistent = await followed('probe-away-queued', { endpoint: AWAY, topic: { persistent: true } })
  assert.match(persistent.message, /The queue of the topic holds the event, and the gateway repeats it$/)
})

test('a wrong token', async () => {
  const { code, hops, message } = await followed('probe-token', { endpoint: hook('wrong') })
  assert.deepEqual([code, hops], [2, 'topic, rule, filter, put, push, token failed, remove'])
  assert.match(message, /answered 401: write one of its AUTH_TOKENS into the endpoint/)
})

test('a function that takes nothing now leaves the event in the queue of a persistent topic', async () => {
  await using unwell = await startHost({ AUTH_TOKENS: 'right', SINK_URL: AWAY })
  const endpoint = `${unwell.url}/ceph-notifications?token=right`
  const { hops, message } = await followed('probe-unwell', { endpoint, topic: { persistent: true } })
  assert.equal(hops, 'topic, rule, filter, put, push, queue failed, remove')
  assert.match(
    message,
    /answered 503, it does not take events now: read its log. The queue of the topic holds the event/,
  )
})

test('a function that cannot decode', async () => {
  const { code, hops, message } = await followed('probe-decode', { endpoint: hook('right', 'openstack-notifications') })
  assert.deepEqual([code, hops], [2, 'topic, rule, filter, put, push, token, decode failed, remove'])
  assert.match(message, /answered 400, it cannot read the notification|set the notification aside/)
})

test('rules that no object of ours can stand for are said to be untested', async () => {
  const events = { events: ['ObjectCreated:Copy'] }
  const { code, outcome, message } = await followed('probe-copy', { endpoint: hook(), rule: events })
  assert.deepEqual([code, outcome], [2, 'untested'])
  assert.match(message, /the rule asks for neither of them$/)
})

test('a rule to AMQP or Kafka is not said to have passed, with --listen neither', async () => {
  for (const [endpoint, topic] of [
    ['amqp://127.0.0.1:9', { exchange: 'events' }],
    ['kafka://127.0.0.1:9', {}],
  ] as const) {
    const [kind = ''] = endpoint.split(':')
    const given = { endpoint, topic: { persistent: true, ...topic } }
    for (const args of [[], ['--listen', `${listening}`]]) {
      const { code, outcome, hops, message } = await followed(`probe-${kind}`, given, ...args)
      assert.deepEqual([code, outcome], [2, 'untested'])
      assert.equal(hops, 'topic, rule, filter, put, push unseen, remove')
      assert.match(message, new RegExp(`^the gateway does not tell whether .* reads no events from ${kind} brokers`))
    }
    const { stdout } = await runInProcess(['provision', 'test', '-f', '-'], {
      env,
      stdin: documentOf(`probe-${kind}`, given),
    })
    assert.match(
      stdout,
      /^untested rule .*\n {4}push \(not seen\): the gateway .*\n1 of 1 rules could not be tested\n$/,
    )
  }
})

const HERE = `http://127.0.0.1:${listening}/in`

test('with --listen the push of the gateway itself is followed', async () => {
  const listen = ['--listen', `${listening}`]
  assert.deepEqual(await followed('probe-listen', { endpoint: `${HERE}?token=right` }, ...listen), {
    code: 0,
    outcome: 'passed',
    hops: PASSED,
    message: '',
  })
  const wrong = await followed('probe-listen', { endpoint: `${HERE}?token=wrong` }, ...listen)
  assert.equal(wrong.hops, 'topic, rule, filter, put, push, token failed, decode, remove')
  assert.match(wrong.message, /^the token is not known/)
  const elsewhere = await followed('probe-listen', { endpoint: AWAY }, ...listen, '--timeout', '1')
  assert.equal(elsewhere.hops, 'topic, rule, filter, put, push failed, remove')
  assert.match(elsewhere.message, /the gateway did not push the event: check that the endpoint/)
})

test('with --listen an event leaves the queue of a persistent topic, or is held there', async () => {
  const listen = ['--listen', `${listening}`]
  const persistent = { topic: { persistent: true } }
  const taken = await followed('probe-queue', { endpoint: `${HERE}?token=right`, ...persistent }, ...listen)
  assert.equal(taken.hops, 'topic, rule, filter, put, queue, push, token, decode, remove')
  const held = await followed('probe-held', { endpoint: AWAY, ...persistent }, ...listen, '--timeout', '1')
  assert.equal(held.hops, 'topic, rule, filter, put, queue failed, remove')
  assert.match(held.message, /the gateway still holds the event in the queue of the topic/)
})

test('events of others get 503 from the listener', async () => {
  const document = documentOf('probe-others', { endpoint: `${HERE}?token=right`, topic: { persistent: true } })
  await gateway.apply(desire(document))
  const tested = testing(document, '--listen', `${listening}`, '--timeout', '5')
  const other = async (): Promise<number> => {
    try {
      return (await fetch(HERE, { method: 'POST', body: '{"Records":[]}' })).status
    } catch {
      return other()
    }
  }
  assert.equal(await other(), 503)
  await tested
})

test('Ctrl-C removes the object, and says so', async () => {
  const receiver = await startReceiver()
  after(() => receiver.close())
  const stop = new AbortController()
  const started = Promise.withResolvers<void>()
  receiver.answer = ({ headers }) => {
    // Ours asks for a summary; the gateway does not.
    if (headers.accept?.includes('json')) {
      started.resolve()
      return 'hang'
    }
    return { status: 204 }
  }
  const document = documentOf('probe-stopped', { endpoint: receiver.url })
  await gateway.apply(desire(document))
  const args = ['provision', 'test', '-f', '-']
  const running = runInProcess(args, { env, stdin: document, signal: stop.signal })
  await started.promise
  assert.equal((await objectsOf('probe-stopped')).length, 1)
  stop.abort('SIGINT')
  const { code, stdout, stderr } = await running
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /the test was stopped, and its objects were removed/)
  assert.deepEqual(await objectsOf('probe-stopped'), [])
})
