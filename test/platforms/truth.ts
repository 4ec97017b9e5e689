import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { cephCapture, openstackCapture } from '../fixtures.ts'
import { type Receiver, startReceiver } from '../receiver.ts'

export type FunctionName = 'ceph-notifications' | 'openstack-notifications'

/** What identifies an event; the rest of it is for the decoders' own tests. */
export type Expected = { readonly type: string; readonly id: string }

/** One request and all that has to come of it, on every platform alike. */
export type TruthCase = {
  readonly name: string
  readonly functionName: FunctionName
  /** POSTed to `/`. Without the token, which `authorized` adds. */
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string }
  /** Absent: as `authorized`. The token is for callers by HTTP; a queue's messages need none. */
  readonly withoutToken?: true
  /** What is not there, or says no for good, while the case runs. */
  readonly trouble?: 'sink-down' | 'sink-refuses' | 'dead-letters-down'
  readonly outcome: 'ack' | 'retry' | 'reject'
  readonly status: 200 | 204 | 400 | 401 | 503
  /** In any order. */
  readonly events: readonly Expected[]
  /** How many dead letters. By a queue, where nobody hears a `reject`, it is one more. */
  readonly deadLetters: number
}

export const TOKEN = 'truth-token'

export const authorized = ({ request, withoutToken }: TruthCase): Record<string, string> => ({
  ...request.headers,
  ...(!withoutToken && { authorization: `Bearer ${TOKEN}` }),
})

const json = { 'content-type': 'application/json' }
const ceph = (name: string): TruthCase['request'] => {
  const { headers, body } = cephCapture(name)
  // Of the connection that it came by, and no more.
  const kept = Object.entries(headers).filter(([header]) => /^(content-type|ce-)/.test(header))
  return { headers: Object.fromEntries(kept), body }
}
const openstack = (name: string): TruthCase['request'] => ({ headers: json, body: openstackCapture(name).body })
const messageId = (name: string): string =>
  JSON.parse(JSON.parse(openstackCapture(name).body)['oslo.message']).message_id
const event = (name: string, type: string): Expected => ({ type, id: messageId(name) })
const cloudEvent = (id: string, data: unknown) => ({
  specversion: '1.0',
  id,
  source: 'broker',
  type: 'dev.tidings.amqp.message',
  datacontenttype: 'application/json',
  data,
})

const CREATED = 'com.amazonaws.s3.ObjectCreated:Put'
const putOf16 = {
  type: CREATED,
  id: '9604a407-fbf1-49ee-b49e-f7fc1d9103d6.4106.3282392794316045907.100a-default-default.09FC016BDB245204.f721945b',
}
const putOf20 = {
  type: CREATED,
  id: '43a7eb03-29c9-4dd4-9eab-120e7662b3ad.4109.9538543176232338400.4109-default-default.0AFC016B9C71E01F.8d885dee',
}
const keyA = {
  type: CREATED,
  id: '43a7eb03-29c9-4dd4-9eab-120e7662b3ad.4109.9538543176232338400.4109-default-default.0AFC016B388E5E20.404a561f',
}
const INSTANCE = 'nova/instance.create.end.1'
const instance = event(INSTANCE, 'org.openstack.nova.instance.create.end')
const IMAGE = 'glance/image.upload.1'
const image = event(IMAGE, 'org.openstack.glance.image.upload')

const nothing = { events: [], deadLetters: 0 }
const ack = { outcome: 'ack', status: 204, deadLetters: 0 } as const
const retry = { outcome: 'retry', status: 503, ...nothing } as const
const reject = { outcome: 'reject', status: 400, ...nothing } as const

/** The same fixtures for every platform: what was captured, and what is wrong in one way. */
export const cases: readonly TruthCase[] = [
  ...casesOf('ceph-notifications', [
    {
      name: 'a notification of 16.2.15',
      request: ceph('16.2.15/ObjectCreated_Put.plain.1'),
      ...ack,
      events: [putOf16],
    },
    {
      name: 'one that is a CloudEvent already',
      request: ceph('20.2.4/ObjectCreated_Put.as-cloudevent.1'),
      ...ack,
      events: [putOf20],
    },
    {
      name: 'one record in order, one broken',
      request: { headers: json, body: notification(wireRecord('a'), brokenRecord('b')) },
      outcome: 'ack',
      status: 200,
      events: [keyA],
      deadLetters: 1,
    },
    {
      name: 'bytes that are not JSON',
      request: { headers: json, body: '{"Records":[' },
      ...ack,
      status: 200,
      events: [],
      deadLetters: 1,
    },
    { name: 'the sink is down', request: ceph('16.2.15/ObjectCreated_Put.plain.1'), trouble: 'sink-down', ...retry },
    {
      name: 'the sink refuses for good',
      request: ceph('16.2.15/ObjectCreated_Put.plain.1'),
      trouble: 'sink-refuses',
      ...ack,
      status: 200,
      events: [],
      deadLetters: 1,
    },
    {
      name: 'nobody takes the dead letter',
      request: { headers: json, body: notification(brokenRecord('b')) },
      trouble: 'dead-letters-down',
      ...retry,
    },
    { name: 'no notification at all', request: { headers: json, body: '{"hello":"world"}' }, ...reject },
    {
      name: 'no secret',
      request: ceph('16.2.15/ObjectCreated_Put.plain.1'),
      withoutToken: true,
      ...reject,
      status: 401,
    },
  ]),
  ...casesOf('openstack-notifications', [
    { name: 'a versioned notification', request: openstack(INSTANCE), ...ack, events: [instance] },
    { name: 'a legacy one', request: openstack(IMAGE), ...ack, events: [image] },
    {
      name: 'a remote procedure call',
      request: openstack('nova-rpc/RPC.compute.osfake1.finish_resize.1'),
      ...ack,
      events: [],
    },
    {
      name: 'a message inside a CloudEvent',
      request: {
        headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
        body: JSON.stringify(cloudEvent('1', JSON.parse(openstack(IMAGE).body))),
      },
      ...ack,
      events: [image],
    },
    {
      name: 'a batch of CloudEvents, one of them broken',
      request: {
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify([
          cloudEvent('1', JSON.parse(openstack(INSTANCE).body)),
          cloudEvent('2', { 'oslo.version': '2.0', 'oslo.message': '{' }),
        ]),
      },
      outcome: 'ack',
      status: 200,
      events: [instance],
      deadLetters: 1,
    },
    {
      name: 'bytes that are not JSON',
      request: { headers: json, body: '{"oslo.message":' },
      ...ack,
      status: 200,
      events: [],
      deadLetters: 1,
    },
    { name: 'the sink is down', request: openstack(INSTANCE), trouble: 'sink-down', ...retry },
    { name: 'no notification at all', request: { headers: json, body: '{"hello":"world"}' }, ...reject },
    { name: 'no secret', request: openstack(INSTANCE), withoutToken: true, ...reject, status: 401 },
  ]),
]

/** Where a platform runs the function; `environment` is what the table needs, to be added to the platform's own. */
export type Running = AsyncDisposable & {
  post(request: { readonly headers: Readonly<Record<string, string>>; readonly body: string }): Promise<{
    readonly status: number | undefined
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    readonly body: string
  }>
}
export type StartFunction = (
  functionName: FunctionName,
  environment: Readonly<Record<string, string>>,
) => Promise<Running>

/** What every platform's function is configured with. Sink and dead letters are two paths of one receiver. */
export const truthEnvironment = (receiver: Receiver): Record<string, string> => ({
  AUTH_TOKENS: TOKEN,
  SINK_URL: receiver.url,
  DEAD_LETTER_URL: new URL('/dead-letters', receiver.url).href,
  SINK_RETRIES: '0',
  REFUSAL_DELAY_MS: '0',
  SHUTDOWN_GRACE_MS: '0',
  // The same fixture serves several cases.
  CLAIMS_URL: 'none:',
})

/** From now on the receiver behaves as the case says. What came of it, once it has run: */
export const watch = (receiver: Receiver, { trouble }: Pick<TruthCase, 'trouble'>) => {
  const before = receiver.taken().length
  receiver.answer = ({ url }) => {
    const isLetter = url === '/dead-letters'
    if (trouble === 'dead-letters-down' && isLetter) return { status: 503 }
    if (trouble === 'sink-down' && !isLetter) return { status: 503 }
    if (trouble === 'sink-refuses' && !isLetter) return { status: 400 }
    return { status: 204 }
  }
  return () => {
    const taken = receiver.taken().slice(before)
    const sent = (isLetter: boolean) =>
      taken.filter(({ url }) => (url === '/dead-letters') === isLetter).flatMap(({ body }) => JSON.parse(body))
    const events: Expected[] = sent(false).map(({ type, id }) => ({ type, id }))
    return { events: byId(events), deadLetters: sent(true).length }
  }
}

export const byId = (events: readonly Expected[]): Expected[] => events.toSorted((a, b) => (a.id < b.id ? -1 : 1))

/**
 * The whole table over HTTP on one platform: call it at the top level of a test file. `start` is called once for each function.
 *
 * ```ts
 * runTable('of-watchdog', async (functionName, environment) => ({ post, [Symbol.asyncDispose]: stop }))
 * ```
 *
 * @param handled the status of what is handled without a word
 */
export const runTable = (platform: string, start: StartFunction, handled: 200 | 204 = 204): void => {
  for (const functionName of ['ceph-notifications', 'openstack-notifications'] as const) {
    describe(`${platform}: ${functionName}`, () => {
      let receiver: Receiver
      let running: Running
      before(async () => {
        receiver = await startReceiver()
        running = await start(functionName, truthEnvironment(receiver))
      })
      after(async () => {
        await running?.[Symbol.asyncDispose]()
        await receiver.close()
      })
      for (const each of cases.filter((one) => one.functionName === functionName)) {
        const expected = each.status === 204 ? handled : each.status
        test(`${each.name}: ${expected}`, async () => {
          const seen = watch(receiver, each)
          const { status, headers } = await running.post({ headers: authorized(each), body: each.request.body })
          const { events, deadLetters } = seen()
          assert.deepEqual(
            { status, events, deadLetters, retryAfter: 'retry-after' in headers },
            {
              status: expected,
              events: byId(each.events),
              deadLetters: each.deadLetters,
              retryAfter: each.status === 503,
            },
          )
        })
      }
    })
  }
}

function casesOf(functionName: FunctionName, rows: readonly Omit<TruthCase, 'functionName'>[]): TruthCase[] {
  return rows.map((row) => ({ ...row, functionName }))
}
