import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type JetStreamManager, jetstreamManager, type StoredMsg } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { makeCertificates } from '../services/certificates.ts'
import { startNats } from '../services/nats.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { event, fatesOf, testSink } from './contract.ts'

const server = await startNats()
let judge = await connect({ servers: `127.0.0.1:${server.port}` })
let manager: JetStreamManager = await jetstreamManager(judge)
after(async () => {
  await judge.close()
  await server.stop()
})

let streams = 0
/** A stream that takes every subject below its name. */
const newStream = async (more = {}): Promise<string> => {
  const name = `events-${++streams}`
  await manager.streams.add({ name, subjects: [`${name}.>`], ...more })
  return name
}

const open = (query: string, retries = 0, url = server.url): Sink => {
  const sink = openSink(new URL(`${url}?${query}`), 1, { mode: 'batch', timeoutMs: 5000, retries })
  after(() => sink.close?.())
  return sink
}

const messagesIn = async (name: string): Promise<StoredMsg[]> => {
  const { state } = await manager.streams.info(name)
  const messages: StoredMsg[] = []
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await manager.streams.getMessage(name, { seq })
    if (message !== null) messages.push(message)
  }
  return messages
}

/** As the binding says: https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/nats-protocol-binding.md */
const toEvent = (message: StoredMsg): CloudEvent => {
  const body = JSON.parse(new TextDecoder().decode(message.data))
  const type = message.header.get('content-type')
  if (type === 'application/cloudevents+json') return body
  const attributes = message.header
    .keys()
    .flatMap((name) => (name.startsWith('ce-') ? [[name.slice(3), decodeURIComponent(message.header.get(name))]] : []))
  return { ...Object.fromEntries(attributes), datacontenttype: type, data: body }
}

for (const mode of ['binary', 'structured']) {
  testSink({
    name: `nats: in ${mode} mode`,
    open: async (_t, retries) => {
      const name = await newStream()
      return {
        sink: open(`subject=${name}&mode=${mode}`, retries),
        received: async () => (await messagesIn(name)).map(toEvent),
        breakDown: async () => {
          await manager.streams.update(name, { subjects: [`${name}-no-more`] })
        },
      }
    },
    nowhere: (credentials) => open('', 0, `nats://${credentials}@127.0.0.1:9`),
    limit: { bytes: 1_048_576, message: /the event takes (\d+) bytes, and the limit is 1048576$/ },
  })
}

test('the subject ends with the type, and the stream drops what it has already', async () => {
  const name = await newStream()
  const sink = open(`subject=${name}`)
  await sink.deliver([event('1'), event('1', { source: 'another' })])
  await sink.deliver([event('1')])
  const messages = await messagesIn(name)
  assert.deepEqual(
    messages.map(({ subject }) => subject),
    [`${name}.com.amazonaws.s3.ObjectCreated:Put`, `${name}.com.amazonaws.s3.ObjectCreated:Put`],
  )
})

test('a type that would not be a valid subject becomes one', async () => {
  const name = await newStream()
  await open(`subject=${name}`).deliver(['a..b', '.a', 'a.', '*', 'a.>'].map((type) => event(type, { type })))
  assert.deepEqual(
    (await messagesIn(name)).map(({ subject }) => subject),
    ['a._.b', '_.a', 'a._', '_', 'a._'].map((part) => `${name}.${part}`),
  )
})

test('a subject that no stream takes is told', async () => {
  await assert.rejects(open('subject=nobody', 3).deliver([event('1')]), {
    code: 'sink_unavailable',
    message: `sink nats://127.0.0.1:${server.port} subject nobody.com.amazonaws.s3.ObjectCreated:Put: no stream takes this subject: create one that does`,
  })
})

test("an event over the stream's own limit is refused", async () => {
  const name = await newStream({ max_msg_size: 500 })
  await assert.rejects(open(`subject=${name}`).deliver([event('1', { data: 'x'.repeat(1000) })]), {
    code: 'sink_refused',
    message: /bytes, more than the stream's max_msg_size/,
  })
})

test('attributes that no server takes are refused, and the events beside them are taken', async () => {
  const name = await newStream()
  const sink = open(`subject=${name}`)
  for (const [id, attributes] of [
    ['type', { type: 'x'.repeat(5000) }],
    ['subject', { subject: 'x'.repeat(70_000) }],
  ] as const) {
    const { settle, taken } = fatesOf()
    const delivering = sink.deliver([event(id, attributes), event(`beside ${id}`)], undefined, settle)
    await assert.rejects(delivering, { code: 'sink_refused' })
    assert.deepEqual(taken(), [`beside ${id}`])
  }
})

test('credentials let in, and wrong ones are told', async (t) => {
  const guarded = await startNats('--user', 'us@er', '--pass', 'pä:ss')
  t.after(() => guarded.stop())
  const at = (credentials: string) => open('', 0, `nats://${credentials}@127.0.0.1:${guarded.port}`)
  // No stream: it was let in.
  await assert.rejects(at('us%40er:p%C3%A4%3Ass').deliver([event('1')]), { message: /no stream takes/ })
  await assert.rejects(at('us%40er:wrong').deliver([event('1')]), {
    message: `sink nats://127.0.0.1:${guarded.port}: the server refuses the user name or the password`,
  })
})

test('TLS: the server is checked by the authority that ca names, and one by another authority is told', async (t) => {
  const { ca, certificate, key } = await makeCertificates(temporaryFolder())
  const another = await makeCertificates(temporaryFolder())
  const guarded = await startNats('--tls', '--tlscert', certificate, '--tlskey', key)
  t.after(() => guarded.stop())
  const at = (query: string) => open(query, 3, `nats://localhost:${guarded.port}`)
  const judge = await connect({ servers: `localhost:${guarded.port}`, tls: { caFile: ca } })
  t.after(() => judge.close())
  const { streams } = await jetstreamManager(judge)
  await streams.add({ name: 'tls', subjects: ['tls.>'] })
  await at(`subject=tls&ca=${ca}`).deliver([event('1')])
  assert.equal((await streams.info('tls')).state.messages, 1)
  for (const query of [`ca=${another.ca}`, 'tls=true', ''])
    await assert.rejects(at(`subject=tls&${query}`).deliver([event('2')]), {
      code: 'sink_unavailable',
      message: `sink nats://localhost:${guarded.port}: the server's certificate is not of a trusted authority (UNABLE_TO_VERIFY_LEAF_SIGNATURE): name the file of its authority in the parameter ca or in NODE_EXTRA_CA_CERTS`,
    })
  assert.equal((await streams.info('tls')).state.messages, 1)
})

test('a server that was killed is connected to again', async () => {
  const name = await newStream()
  const sink = open(`subject=${name}`, 8)
  await sink.deliver([event('first')])
  await server.kill()
  const ids = Array.from({ length: 100 }, (_, index) => String(index))
  const delivering = Promise.all(ids.map((id) => sink.deliver([event(id)])))
  await server.start()
  await delivering
  await judge.close()
  judge = await connect({ servers: `127.0.0.1:${server.port}` })
  manager = await jetstreamManager(judge)
  const found = new Set((await messagesIn(name)).map((message) => toEvent(message).id))
  assert.deepEqual(
    ids.filter((id) => !found.has(id)),
    [],
  )
})
