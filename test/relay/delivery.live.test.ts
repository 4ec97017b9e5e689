import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OwnQueue } from '../../lib/relay/options.ts'
import type { RelayMessage } from '../../lib/relay/relay-message.ts'
import { consuming, numbered, openLab, recorder, relayOptions, startTestRelay, until } from './rig.ts'

const { rig, prepare: prepareQueue } = await openLab()
let count = 0

/** A queue of a test's own. */
const prepare = (changes?: Partial<OwnQueue>) => prepareQueue(`delivery${++count}`, changes)

const text = ({ body }: RelayMessage) => body.toString()

test('a message is handed over with its exchange, routing key and properties, and acked', async () => {
  const { exchange, source, queue } = await prepare()
  const calls = recorder()
  const relay = startTestRelay(relayOptions(source), calls.invoke)
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', ['{"a":1}'], {
    contentType: 'application/json',
    headers: { k: 'v' },
  })
  await until('it is acked', () => relay.source().acked === 1 && relay.source().inFlight === 0)
  const { properties, ...message } = calls.batches[0]?.[0] ?? assert.fail()
  assert.deepEqual(message, {
    body: Buffer.from('{"a":1}'),
    queue: queue.name,
    vhost: '/',
    exchange,
    routingKey: 'notifications.info',
    redelivered: false,
    deliveryTag: 1,
  })
  assert.deepEqual({ ...properties.headers }, { k: 'v' })
  assert.equal(properties.contentType, 'application/json')
  await relay.stop()
  assert.deepEqual(await relay.ended, undefined)
  assert.equal(await rig.depth(queue.name), 0)
})

test('a batch is full, or its first message has waited long enough', async () => {
  const { exchange, source } = await prepare()
  const calls = recorder()
  const relay = startTestRelay(
    relayOptions(source, { batch: { size: 4, lingerMs: 300 }, concurrency: 1 }),
    calls.invoke,
  )
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', numbered('m', 10))
  await until('all are acked', () => relay.source().acked === 10)
  assert.deepEqual(
    calls.batches.map((batch) => batch.map(text)),
    [numbered('m', 10).slice(0, 4), numbered('m', 10).slice(4, 8), numbered('m', 10).slice(8)],
  )
  await relay.stop()
})

test('a message to be retried comes back later, ever later, with the same exchange and headers; then it is a dead letter', async () => {
  const { exchange, source, queue } = await prepare()
  const times: number[] = []
  const calls = recorder((message) => {
    if (text(message) === 'good') return { type: 'ack' }
    times.push(Date.now())
    return { type: 'retry', reason: 'the sink is away' }
  })
  const relay = startTestRelay(relayOptions(source), calls.invoke)
  await consuming(relay)
  await rig.publish(exchange, 'notifications.warn', ['bad'], {
    messageId: 'id-1',
    expiration: '3600000',
    headers: { k: 'v' },
  })
  await until('it is a dead letter', () => relay.source().deadLettered === 1)

  assert.equal(times.length, 3)
  assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 100, 'the first delay')
  assert.ok((times[2] ?? 0) - (times[1] ?? 0) >= 400, 'the second delay')
  for (const [message, index] of calls.batches.flat().map((message, index) => [message, index] as const)) {
    assert.equal(message.exchange, exchange)
    assert.equal(message.routingKey, 'notifications.warn')
    assert.equal(message.redelivered, index > 0)
    // A quorum queue may add its count, 0 included, to a message that it delivers again.
    const { 'x-delivery-count': _count, ...headers } = message.properties.headers ?? {}
    assert.deepEqual(headers, { k: 'v' })
    assert.equal(message.properties.messageId, 'id-1')
  }
  const { retried, acked } = relay.source()
  assert.deepEqual({ retried, acked }, { retried: 2, acked: 0 })

  const dead = await rig.take(`${queue.name}.dead-letters`)
  assert.ok(dead)
  const {
    'x-tidings-time': time,
    'x-tidings-copy': copy,
    'x-delivery-count': _count,
    ...headers
  } = dead.properties.headers ?? {}
  assert.deepEqual(headers, {
    k: 'v',
    'x-tidings-reason': 'the sink is away',
    'x-tidings-attempts': 3,
    'x-tidings-exchange': exchange,
    'x-tidings-routing-key': 'notifications.warn',
  })
  assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000)
  assert.match(String(copy), /^\d+$/)
  assert.equal(dead.content.toString(), 'bad')
  assert.equal(dead.properties.messageId, 'id-1')
  assert.equal(dead.properties.expiration, undefined)
  await relay.stop()
})

test('a message that the function refuses is a dead letter at once', async () => {
  const { exchange, source, queue } = await prepare({ type: 'classic' })
  const calls = recorder((message) =>
    text(message) === 'poison' ? { type: 'reject', reason: 'not a notification' } : { type: 'ack' },
  )
  const relay = startTestRelay(relayOptions(source), calls.invoke)
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', ['a', 'poison', 'b'])
  await until('all are settled', () => relay.source().acked === 2 && relay.source().deadLettered === 1)
  assert.deepEqual(calls.handled, ['a', 'b'])
  const dead = await rig.take(`${queue.name}.dead-letters`)
  assert.equal(dead?.content.toString(), 'poison')
  assert.equal(dead?.properties.headers?.['x-tidings-reason'], 'not a notification')
  assert.equal(dead?.properties.headers?.['x-tidings-attempts'], 1)
  await relay.stop()
})

test('one message that spoils its batch again and again ends alone in the dead letters', async () => {
  const { exchange, source, queue } = await prepare()
  const handled: string[] = []
  const relay = startTestRelay(relayOptions(source), async (messages) => {
    // As a handler that throws at one event: nothing of the batch is done.
    if (messages.some((message) => text(message) === 'm3'))
      return messages.map(() => ({ type: 'retry', reason: 'the handler failed' }))
    handled.push(...messages.map(text))
    return messages.map(() => ({ type: 'ack' }))
  })
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', numbered('m', 8))
  await until('all are settled', () => relay.source().acked === 7 && relay.source().deadLettered === 1)
  assert.deepEqual(handled.toSorted(), ['m1', 'm2', 'm4', 'm5', 'm6', 'm7', 'm8'])
  assert.equal((await rig.take(`${queue.name}.dead-letters`))?.content.toString(), 'm3')
  await relay.stop()
})

test('remote procedure calls that a broad binding copied are dropped and counted', async () => {
  const { exchange, source } = await prepare({ bindingKeys: ['#'], dropsRpc: true })
  const calls = recorder()
  const relay = startTestRelay(relayOptions(source), calls.invoke)
  await consuming(relay)
  await rig.publish(exchange, 'compute.host1', ['rpc1', 'rpc2'])
  await rig.publish(exchange, 'versioned_notifications.ERROR', ['n1'])
  await rig.publish(exchange, 'conductor', ['rpc3'])
  await until('all are settled', () => relay.source().droppedRpc === 3 && relay.source().acked === 1)
  await until('all are acked', () => relay.source().inFlight === 0)
  assert.deepEqual(calls.handled, ['n1'])
  await relay.stop()
})

test('a message that its function always wants again stops no other, with one batch at a time neither', async () => {
  const { exchange, source, queue } = await prepare()
  const calls = recorder((message) =>
    text(message) === 'm2' ? { type: 'retry', reason: 'the handler failed' } : { type: 'ack' },
  )
  const relay = startTestRelay(relayOptions(source, { concurrency: 1 }), calls.invoke)
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', numbered('m', 5))
  await until('the others are handled', () => relay.source().acked === 4)
  assert.equal(relay.source().deadLettered, 0)
  await until('it is a dead letter', () => relay.source().deadLettered === 1)
  const dead = await rig.take(`${queue.name}.dead-letters`)
  assert.equal(dead?.content.toString(), 'm2')
  assert.equal(dead?.properties.headers?.['x-tidings-attempts'], 3)
  await relay.stop()
})

for (const concurrency of [1, 3]) {
  test(`a dead function, with ${concurrency} at a time: one message is held, none is counted or lost, and it goes on by itself`, async () => {
    const { exchange, source, queue } = await prepare()
    let isDead = true
    let asked = 0
    const calls = recorder()
    const relay = startTestRelay(relayOptions(source, { concurrency, prefetch: 30 }), async (messages, signal) => {
      asked++
      if (isDead) throw new Error('connect ECONNREFUSED')
      return calls.invoke(messages, signal)
    })
    await consuming(relay)
    await rig.publish(exchange, 'notifications.info', numbered('m', 100))
    await until('it is paused', () => relay.source().state === 'paused')
    await until('it was tried again', () => asked > 8)
    const { acked, retried, deadLettered } = relay.source()
    assert.deepEqual({ acked, retried, deadLettered }, { acked: 0, retried: 0, deadLettered: 0 })
    assert.ok(relay.source().inFlight <= 1, 'one message is in hand')
    assert.ok(((await rig.depth(queue.name)) ?? 0) >= 90, 'the queue has the others')
    isDead = false
    await until('all are acked', () => relay.source().acked === 100)
    assert.equal(relay.source().state, 'consuming')
    assert.deepEqual(calls.handled.toSorted(), numbered('m', 100).toSorted())
    await relay.stop()
  })

  test(`a sink outage, with ${concurrency} at a time, does not walk the queue into the dead letters`, async () => {
    const { exchange, source, queue } = await prepare()
    let isAway = true
    const calls = recorder(() => (isAway ? { type: 'retry', reason: 'the sink is away' } : { type: 'ack' }))
    const relay = startTestRelay(relayOptions(source, { concurrency }), calls.invoke)
    await consuming(relay)
    await rig.publish(exchange, 'notifications.info', numbered('m', 200))
    await until('it is paused', () => relay.source().state === 'paused')
    const asked = calls.batches.length
    await until('it was tried again', () => calls.batches.length > asked + 8)
    assert.equal(relay.source().deadLettered, 0)
    isAway = false
    await until('all are acked', () => relay.source().acked === 200)
    assert.deepEqual(calls.handled.toSorted(), numbered('m', 200).toSorted())
    assert.equal(await rig.depth(`${queue.name}.dead-letters`), 0)
    await relay.stop()
  })
}

test('messages that never succeed, more of them than are handled at once, do not keep the others from being handled', async () => {
  const { exchange, source } = await prepare()
  const calls = recorder((message) =>
    text(message).startsWith('bad') ? { type: 'retry', reason: 'the handler failed' } : { type: 'ack' },
  )
  const relay = startTestRelay(relayOptions(source, { batch: { size: 1, lingerMs: 0 } }), calls.invoke)
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', [...numbered('bad', 6), ...numbered('good', 3)])
  await until('the others are handled', () => relay.source().acked === 3)
  // Enough of them for the others to have themselves to blame.
  await until('they are dead letters', async () => {
    await rig.publish(exchange, 'notifications.info', ['good'])
    return relay.source().deadLettered === 6
  })
  await relay.stop()
})

for (const { concurrency, size } of [
  { concurrency: 1, size: 10 },
  { concurrency: 2, size: 1 },
]) {
  test(`messages that never succeed, with none beside them that does, end among the dead letters: ${concurrency} at once`, async () => {
    const { exchange, source, queue } = await prepare()
    const calls = recorder((message) =>
      text(message).startsWith('bad') ? { type: 'retry', reason: 'the handler failed' } : { type: 'ack' },
    )
    const options = relayOptions(source, {
      concurrency,
      batch: { size, lingerMs: 20 },
      retry: { attempts: 3, firstDelayMs: 10, maxDelayMs: 20 },
    })
    const relay = startTestRelay(options, calls.invoke)
    await consuming(relay)
    const bad = numbered('bad', 4)
    await rig.publish(exchange, 'notifications.info', bad)
    await until('it is paused, as nothing succeeds', () => relay.source().state === 'paused')
    await rig.publish(exchange, 'notifications.info', numbered('good', 3))
    await until('the others are handled', () => calls.handled.length >= 3)
    await until('what never succeeds is a dead letter', async () => {
      await rig.publish(exchange, 'notifications.info', ['good'])
      return (await rig.depth(`${queue.name}.dead-letters`)) === bad.length
    })
    await until('nothing is left', async () => (await rig.depth(queue.name)) === 0 && relay.source().inFlight === 0)
    await relay.stop()
    assert.ok(!calls.handled.some((body) => body.startsWith('bad')))
  })
}

test('a stop finishes what is under way and gives the rest back', async () => {
  const { exchange, source, queue } = await prepare()
  const { promise: release, resolve } = Promise.withResolvers<void>()
  const calls = recorder(async () => {
    await release
    return { type: 'ack' }
  })
  const relay = startTestRelay(relayOptions(source, { concurrency: 1, batch: { size: 5, lingerMs: 10 } }), calls.invoke)
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', numbered('m', 20))
  await until('a batch is under way', () => calls.batches.length === 1 && relay.source().inFlight === 20)
  const stopped = relay.stop()
  assert.equal(relay.source().state, 'draining')
  resolve()
  await stopped
  assert.equal(relay.source().state, 'stopped')
  assert.equal(relay.source().acked, 5)
  await until('the queue has the others back', async () => (await rig.depth(queue.name)) === 15)
  assert.equal((await rig.take(queue.name))?.content.toString(), 'm6')
})

test('a stop does not wait for ever', async () => {
  const { exchange, source, queue } = await prepare()
  let isAsked = false
  let signalled = false
  const relay = startTestRelay(relayOptions(source, { drainMs: 200 }), (_messages, signal) => {
    isAsked = true
    signal.addEventListener('abort', () => {
      signalled = true
    })
    return new Promise(() => {})
  })
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', ['m1'])
  await until('it is under way', () => isAsked)
  await relay.stop()
  assert.equal(signalled, true)
  await until('the queue has it back', async () => (await rig.depth(queue.name)) === 1)
})

test('three relays on one queue share the work', async () => {
  const { exchange, source } = await prepare()
  const all = [recorder(), recorder(), recorder()]
  const relays = all.map(({ invoke }) => startTestRelay(relayOptions(source, { prefetch: 20 }), invoke))
  for (const relay of relays) await consuming(relay)
  await rig.publish(exchange, 'notifications.info', numbered('m', 600))
  await until('all are acked', () => relays.reduce((sum, relay) => sum + relay.source().acked, 0) === 600)
  assert.deepEqual(all.flatMap(({ handled }) => handled).toSorted(), numbered('m', 600).toSorted())
  for (const { handled } of all) assert.ok(handled.length > 0, 'each has its part')
  for (const relay of relays) await relay.stop()
})
