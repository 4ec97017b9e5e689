// A handler of one's own throws verdicts and asks for an order, with a real broker: inside the relay, and behind HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cephSample } from '../../lib/testing/index.ts'
import { startRelayProcess } from '../cli/relay-process.ts'
import { startHost } from '../host-process.ts'
import { ownModules } from '../own-modules.ts'
import { openLab, until } from './rig.ts'

const { broker, rig } = await openLab()

/** It prints what it handles, and how. Of each key it handles one event at a time. */
const FUNCTION = `import { ceph, Retry, SetAside } from 'tidings'

const tried = new Set()
const underWay = new Set()

export const handler = ceph({ orderBy: 'key', concurrency: 8 }).on('*', async ({ record, event, late }) => {
  const { key, size } = record
  const isFirst = !tried.has(event.id)
  tried.add(event.id)
  if (underWay.has(key)) throw new SetAside('two at a time')
  underWay.add(key)
  await new Promise((resolve) => setImmediate(resolve))
  underWay.delete(key)
  if (key === 'later' && isFirst) throw new Retry({ afterSeconds: 2 })
  if (key === 'ordered' && size === 2 && isFirst) throw new Retry({ afterSeconds: 0 })
  if (key === 'never') throw new SetAside('the key says so, and the token is ' + process.env.AUTH_TOKENS)
  console.log(JSON.stringify({ key, size, late }))
})
`
const FLAGS = [
  '--exchanges',
  'ceph',
  '--binding-keys',
  '#',
  '--retry-first-delay-ms',
  '100',
  '--retry-max-delay-ms',
  '60000',
]

/** Objects of one key, as they were written one after the other: their sizes are their order. */
const writes = (key: string, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const time = new Date(Date.UTC(2026, 10, 26, 8, 0, index))
    return Buffer.from(JSON.stringify(cephSample('ObjectCreated:Put', { key, size: index + 1, time })))
  })

const isBound = ({ message }: { readonly message?: string }): boolean => message === 'bound'

type Printed = { readonly key: string; readonly size: number; readonly late: boolean }

for (const place of ['inside the relay', 'behind HTTP'] as const) {
  test(`${place}: a delay is kept, a dead letter has the reason and the bytes, and a key keeps its order`, async (t) => {
    await rig.channel.assertExchange('ceph', 'topic', { durable: true })
    const { 'photos.ts': path = '' } = ownModules(t, { 'photos.ts': FUNCTION })
    const AUTH_TOKENS = 'correct-horse'
    await using host = place === 'behind HTTP' ? await startHost({ FUNCTION: path, AUTH_TOKENS }) : undefined
    const queue = place === 'behind HTTP' ? 'verdicts-http' : 'verdicts'
    const target = host === undefined ? ['--function', path] : ['--invoke', host.url]
    await using relay = startRelayProcess(['--queue', queue, ...target, ...FLAGS], {
      AMQP_URL: broker.url,
      AUTH_TOKENS,
      ...(host !== undefined && { RELAY_INVOKE_TOKEN: AUTH_TOKENS }),
    })
    await relay.untilLogged(isBound)
    const printed = () => (host?.events ?? relay.events) as readonly Printed[]
    const publish = async (bodies: readonly Buffer[]): Promise<void> => {
      for (const body of bodies) rig.channel.publish('ceph', 'uploads', body)
      await rig.channel.waitForConfirms()
    }

    const [never = Buffer.alloc(0)] = writes('never', 1)
    await publish([...writes('later', 1), never])
    // The delays are 100, 400, 1600, 6400 …: the first that is as long as was asked for.
    await until('it waits', async () => (await rig.depth(`${queue}.retry.6400`)) === 1)
    await until('it is a dead letter', async () => (await rig.depth(`${queue}.dead-letters`)) === 1)
    const dead = await rig.take(`${queue}.dead-letters`)
    assert.equal(
      dead?.properties.headers?.['x-tidings-reason'],
      'set_aside: the key says so, and the token is [redacted]',
    )
    assert.deepEqual(dead?.content, never)
    await until('it came again', () => printed().some(({ key }) => key === 'later'))

    const [first, second, third, ...others] = writes('ordered', 20)
    assert.ok(first && second && third)
    await publish([third, first, second, ...others.toReversed()])
    await until('all are handled', () => printed().filter(({ key }) => key === 'ordered').length === 20)
    const ordered = printed().filter(({ key }) => key === 'ordered')
    const inTime = ordered.filter(({ late }) => !late).map(({ size }) => size)
    assert.deepEqual(
      inTime,
      inTime.toSorted((a, b) => a - b),
    )
    assert.deepEqual(
      ordered.map(({ size }) => size).toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    assert.equal(await rig.depth(`${queue}.dead-letters`), 0)
    assert.equal(await relay.stop(), 0)
  })
}

test('a function of Ceph’s notifications gets what a broad binding brings, whatever its name is', async (t) => {
  await rig.channel.assertExchange('ceph', 'topic', { durable: true })
  const { 'photos.ts': path = '' } = ownModules(t, { 'photos.ts': FUNCTION })
  await using relay = startRelayProcess(['--queue', 'broad', '--function', path, '--compat', 'ceph'], {
    AMQP_URL: broker.url,
  })
  await relay.untilLogged(isBound)
  for (const body of writes('any', 1)) rig.channel.publish('ceph', 'uploads', body)
  const [event] = await relay.untilEvents(1)
  assert.equal(event.key, 'any')
  assert.equal(await relay.stop(), 0)
})
