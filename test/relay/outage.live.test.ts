// A function that takes nothing for long, on a quorum queue whose delivery limit is 20.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consuming, numbered, openLab, recorder, relayOptions, startTestRelay, until } from './rig.ts'

const { broker, rig, prepare } = await openLab()

/** How often the function is tried before each restart of the relay; each try exchanges the message that is held. */
const TRIES = process.env.CHAOS_MESSAGES ? 200 : 12
const RESTARTS = 4

for (const kind of ['failing', 'silent'] as const) {
  test(`an outage in which the function is ${kind}: one message is held, no delivery count grows, none is a dead letter`, async () => {
    const { queue, exchange, source } = await prepare(`outage-${kind}`)
    const options = relayOptions(source, { batch: { size: 100, lingerMs: 20 } })
    const counts: number[] = []
    const bodies = numbered('m', 60)
    for (let restart = 0; restart < RESTARTS; restart++) {
      let tries = 0
      const relay = startTestRelay(options, async (messages) => {
        tries++
        if (kind === 'silent') throw new Error('connect ECONNREFUSED')
        return messages.map(() => ({ type: 'retry', reason: 'the sink is away' }))
      })
      await until('it consumes', () => relay.source().state !== 'connecting')
      if (restart === 0) await rig.publish(exchange, 'notifications.info', bodies)
      await until('it is paused', () => relay.source().state === 'paused')
      await until('it was tried again', () => tries > TRIES)
      assert.ok(relay.source().inFlight <= 1, 'one message is held')
      assert.equal(relay.source().deadLettered, 0)
      await relay.stop()
    }
    const calls = recorder((message) => {
      counts.push(Number(message.properties.headers?.['x-delivery-count'] ?? 0))
      return { type: 'ack' }
    })
    const relay = startTestRelay(options, calls.invoke)
    await until('all are handled', () => new Set(calls.handled).size === bodies.length)
    await until('nothing is in hand', () => relay.source().inFlight === 0)
    assert.deepEqual(calls.handled.toSorted(), bodies.toSorted())
    assert.ok(Math.max(...counts) <= 2, `a message was delivered ${Math.max(...counts)} times before`)
    assert.equal(await rig.depth(`${queue.name}.dead-letters`), 0)
    await relay.stop()
  })
}

test('dead letters that the broker makes are told', async () => {
  const { exchange, source } = await prepare('overflowing', { maxLength: 5 })
  const options = relayOptions(source, { rebindMs: 100, prefetch: 1 })
  const { promise: release, resolve } = Promise.withResolvers<void>()
  const relay = startTestRelay(options, async (messages) => {
    await release
    return messages.map(() => ({ type: 'ack' }))
  })
  await consuming(relay)
  await rig.publish(exchange, 'notifications.info', numbered('m', 50))
  await until('the relay tells of them', () => (relay.source().deadLetters ?? 0) > 0)
  assert.equal(relay.source().deadLettered, 0)
  resolve()
  await relay.stop()
})

test('a message over which the broker closes the channel for publishing is told with the cause', async () => {
  const { queue, exchange, source: anybody } = await prepare('publishing-refused')
  await broker.ctl('add_user', 'no-publishing', 'secret')
  await broker.ctl('set_permissions', 'no-publishing', '.*', '.*', '.*')
  const source = { ...anybody, username: 'no-publishing', password: 'secret' }
  const relay = startTestRelay(relayOptions(source), recorder(() => ({ type: 'reject', reason: 'poison' })).invoke)
  await consuming(relay)
  // From now on nothing may be published to a queue: the broker closes the channel that tries.
  await broker.ctl('set_permissions', 'no-publishing', '.*', `^${queue.name}`, '.*')
  await rig.publish(exchange, 'notifications.info', ['m'])
  await until('it is told', () => relay.lines.some(({ level }) => level === 'warn'))
  const told = relay.lines.find(({ error }) => error instanceof Error && error.name === 'CopyError')
  assert.match(String((told?.error as Error | undefined)?.cause), /ACCESS.REFUSED/)
  await broker.ctl('set_permissions', 'no-publishing', '.*', '.*', '.*')
  await until('nothing is lost', async () => (await rig.depth(`${queue.name}.dead-letters`)) === 1)
  await relay.stop()
})
