// A function behind its two doors: the same answers, events, dead letters, log lines and measures.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { metrics } from '@opentelemetry/api'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import type { Decode } from '../../lib/core/decoder.ts'
import type { HttpV2Result } from '../../lib/envelopes/http-envelope.ts'
import { toServed } from '../../lib/hosts/served.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction, type FunctionHandler } from '../../lib/kit/function.ts'
import { createOpenstackDecoder } from '../../lib/openstack/decode-openstack.ts'
import { SinkUnavailableError } from '../../lib/process/errors.ts'
import { createLogger } from '../../lib/process/log.ts'
import { createInProcessInvoke } from '../../lib/relay/invoke/invoke-in-process.ts'
import type { RelayMessage, Verdict } from '../../lib/relay/relay-message.ts'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { batched, openfaasConnectorEvent, structured, structuredEvent } from '../envelopes/cloudevent-samples.ts'
import { functionUrlEvent, type SentRequest } from '../envelopes/samples.ts'
import { cephCaptures, openstackCaptures, openstackLookAlikes } from '../fixtures.ts'
import { collectLog } from '../log-lines.ts'
import { createMemorySink } from '../memory-sink.ts'
import { startReceiver } from '../receiver.ts'
import { messageOf } from '../relay/messages.ts'

const reader = new (class extends MetricReader {
  protected override onForceFlush = async () => {}
  protected override onShutdown = async () => {}
})()
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))

/** Counts of one function, by measure and attributes; of a time, how often it was taken. */
const measuresOf = async (name: string) => {
  const { resourceMetrics } = await reader.collect()
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  return all.flatMap(({ descriptor, dataPoints }) =>
    dataPoints
      .filter(({ attributes }) => attributes.function === name)
      .map(({ attributes: { function: _function, ...attributes }, value }) => [
        descriptor.name,
        attributes,
        typeof value === 'object' ? value.count : value,
      ]),
  )
}

const deadLetters = await startReceiver()
after(deadLetters.close)

let functions = 0

type Call<Sample> = (handler: FunctionHandler, name: string, sample: Sample) => Promise<unknown>

/** The results of samples that go through one function, one after the other. */
const through = async <Sample>(decode: Decode, samples: ReadonlyMap<string, Sample>, call: Call<Sample>) => {
  const name = `function-${functions++}`
  const sink = createMemorySink(([event]) => {
    if (event?.subject === 'down') throw new SinkUnavailableError('down')
  })
  const config = readConfig({
    ...{ AUTH_TOKENS: 'abc', CLAIMS_URL: 'none:', SINK_MODE: 'structured' },
    DEAD_LETTER_URL: deadLetters.url,
  })
  const handler = createFunction({ name, config, decode, sink })
  const log = collectLog()
  const answers: unknown[] = []
  for (const [sampleName, sample] of samples) answers.push([sampleName, await call(handler, name, sample)])
  return {
    answers,
    events: sink.events,
    deadLetters: deadLetters
      .events()
      .flatMap(({ source, id, data }) =>
        source === `tidings/${name}` ? [[id, { ...(data as object), function: '' }]] : [],
      ),
    lines: log.map(({ time: _time, durationMs: _duration, name: _name, function: _function, ...line }) => line),
    measures: await measuresOf(name),
  }
}

/** Each comes out of both doors alike. */
const same = async <Sample>(
  decode: Decode,
  samples: ReadonlyMap<string, Sample>,
  door: Call<Sample>,
  platform: Call<Sample>,
) => {
  const [one, other] = [await through(decode, samples, door), await through(decode, samples, platform)]
  assert.deepEqual(one, other)
  return one
}

type Sent = Partial<SentRequest>

const byUrl: Call<Sent> = async (handler, _name, sent) => {
  const result = (await handler(functionUrlEvent(sent), {})) as HttpV2Result // A Function URL's.
  return [result.statusCode, result.headers, result.body]
}
const byHost: Call<Sent> = async (handler, name, sent) => {
  const { rawPath: path, rawQueryString: query, headers, requestContext } = functionUrlEvent(sent)
  const { method, sourceIp } = requestContext.http
  const served = toServed({ name, handler, log: createLogger(name), tokens: [], withoutToken: 'closed' })
  const caller = { headers, origin: { kind: 'http', method, path, query, sourceIp } } as const
  const { status, headers: replied, body } = await served.answer(caller, Buffer.from(sent.body ?? '{"Records":[]}'))
  return [status, replied, body]
}

/** The request of which `functionUrlEvent` made an event. */
const sentIn = ({ headers, body }: ReturnType<typeof functionUrlEvent>): Sent => ({ headers, body })
const withToken = (samples: Readonly<Record<string, Sent>>): ReadonlyMap<string, Sent> =>
  new Map(Object.entries(samples).map(([name, sent]) => [name, { query: 'token=abc', ...sent }]))

const ceph = createCephDecoder([])
const openstack = createOpenstackDecoder({ novaNotifications: 'both' })
const inOpenstack = [...openstackCaptures(), ...openstackLookAlikes()]

test("a request of Ceph: the host's door and a Function URL's event", async () => {
  const record = notification(wireRecord('a'))
  const broken = notification(wireRecord('a'), brokenRecord('b'))
  const captures = cephCaptures().map(({ name, headers, body }) => [name, { headers, body }] as const)
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const {
    answers,
    events,
    deadLetters: letters,
    lines,
  } = await same(
    ceph,
    withToken({
      ...Object.fromEntries(captures),
      'a CloudEvent in structured mode': sentIn(structuredEvent(record)),
      'a CloudEvent of bytes': sentIn(structuredEvent(Buffer.from(record))),
      'a batch of CloudEvents': {
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: batched([record, '{}']),
      },
      'a CloudEvent inside another': sentIn(structuredEvent(structured(record))),
      "OpenFaaS' connector": sentIn(openfaasConnectorEvent(record)),
      'a broken record': { body: broken },
      'a broken record from the relay': { body: broken, headers: { 'x-amqp-queue': 'q' } },
      'a broken record from a broker that hears events only': { body: broken, headers: { prefer: 'reply' } },
      'a sink that fails': { body: notification(wireRecord('down')) },
      'no notification': { body: '{}' },
      'no JSON': { body: Buffer.from([0xff, 0, 0x7b]) },
      nothing: { body: '' },
      'a request for JSON': { body: record, headers: { accept: 'application/json' } },
      'a trace': { body: record, headers: { traceparent: trace } },
      'no token': { body: record, query: '' },
      'a wrong token': { body: record, query: 'token=wrong' },
      GET: { method: 'GET' },
      HEAD: { method: 'HEAD' },
      PUT: { method: 'PUT' },
      OPTIONS: { method: 'OPTIONS' },
      'a handshake': { method: 'OPTIONS', headers: { 'webhook-request-origin': 'x', 'webhook-request-rate': '1' } },
    }),
    byHost,
    byUrl,
  )
  assert.ok(
    events.length > captures.length && letters.length > 2 && lines.length > captures.length,
    `${answers.length}`,
  )
})

test("a request of OpenStack: the host's door and a Function URL's event", async () => {
  const samples = withToken(Object.fromEntries(inOpenstack.map(({ name, body }) => [name, { body }])))
  assert.ok((await same(openstack, samples, byHost, byUrl)).events.length > 100)
})

type Batch = { readonly messages: readonly RelayMessage[]; readonly ordered: boolean }

const typesOf = (verdicts: readonly Verdict[]) => verdicts.map(({ type }) => type)
const byRelay: Call<Batch> = async (handler, name, { messages, ordered }) =>
  typesOf(await createInProcessInvoke(name, handler, 60_000, ordered)(messages, new AbortController().signal))
/** Without its door, a handler is called with an event. */
const byBatchEvent: Call<Batch> = (handler, name, batch) => byRelay((...call) => handler(...call), name, batch)

test("messages of OpenStack: the relay's door and a batch event", async () => {
  const messages = inOpenstack.map(({ body, exchange, routingKey, headers, properties }, index) =>
    messageOf(index + 1, {
      ...{ body: Buffer.from(body), exchange, routingKey, redelivered: index % 2 === 0 },
      properties: {
        headers,
        contentType: String(properties.content_type),
        contentEncoding: String(properties.content_encoding),
      },
    }),
  )
  const singly = messages.map(
    (message, index) => [inOpenstack[index]?.name ?? '', { messages: [message], ordered: false }] as const,
  )
  const samples = new Map<string, Batch>([
    ...singly,
    ['a batch', { messages, ordered: false }],
    ['a batch in order', { messages, ordered: true }],
  ])
  assert.ok((await same(openstack, samples, byRelay, byBatchEvent)).events.length > 300)
})

test('headers of every type that AMQP has', async () => {
  const headers = {
    ...{
      'cloudEvents:type': 'grün',
      Upper: 'x',
      upper: 'y',
      number: 3,
      yes: true,
      bytes: Buffer.from('ü'),
      none: null,
    },
    ...{ at: { '!': 'timestamp', value: 1_700_000_000 }, long: { '!': 'long', value: 7 } },
    ...{ 'x-death': [{ queue: 'q' }], table: { a: 'b' } },
  }
  const seen: unknown[] = []
  const look: Decode = (delivery) => {
    seen.push(delivery)
    return { events: [], faults: [] }
  }
  const message = messageOf(7, {
    properties: { contentType: 'a/b', contentEncoding: 'gzip', headers },
    redelivered: true,
  })
  for (const ordered of [false, true]) {
    const samples = new Map([['headers', { messages: [message], ordered }]])
    await same(look, samples, byRelay, byBatchEvent)
    assert.deepEqual(seen.at(-2), seen.at(-1))
  }
})
