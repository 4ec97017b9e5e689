// `declareExchange` with a real broker and a real gateway.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connect } from 'amqplib'
import { diffText } from '../../../lib/provisioning/plan/plan.ts'
import { freePorts } from '../../services/ports.ts'
import { startRabbitMQ } from '../../services/rabbitmq.ts'
import { putObject } from '../../services/s3.ts'
import { desire } from '../desire.ts'
import { openGateway } from '../gateway.ts'

const broker = await startRabbitMQ()
const connection = await connect(broker.url)
const channel = await connection.createChannel()
after(async () => {
  await connection.close()
  await broker.stop()
})
const gateway = await openGateway()

const place = `amqp://127.0.0.1:${broker.port}`
const document = (name: string, more: object = {}, endpoint = place) =>
  desire(
    JSON.stringify({
      topics: [{ name, endpoint, exchange: `ex-${name}`, declareExchange: true, ...more }],
      buckets: [{ name, create: true, rules: [{ id: name, topic: name }] }],
    }),
  )

const exchanges = async (): Promise<string> => broker.ctl('list_exchanges', 'name', 'type', 'durable', '--silent')

test('plan shows the exchange, apply declares it, and an event gets through it', async () => {
  const desired = document('declared')
  assert.match(diffText(await gateway.plan(desired)), /^\+ exchange ex-declared of topic declared\n/)
  assert.doesNotMatch(await exchanges(), /ex-declared/)
  assert.deepEqual((await gateway.apply(desired)).drift, [])
  assert.match(await exchanges(), /ex-declared\s+topic\s+true/)
  assert.deepEqual((await gateway.plan(desired)).changes, [])

  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, 'ex-declared', 'declared')
  const { promise, resolve } = Promise.withResolvers<string>()
  await channel.consume(queue, (message) => resolve(`${message?.content}`), { noAck: true })
  await putObject(gateway.client, 'declared', 'k', 'x')
  assert.equal(JSON.parse(await promise).Records[0].s3.object.key, 'k')

  await channel.deleteExchange('ex-declared')
  assert.deepEqual(
    (await gateway.verify(desired)).changes.map(({ action, kind, name }) => [action, kind, name]),
    [['create', 'exchange', 'ex-declared']],
  )
  await gateway.apply(desired)
  const { changes } = await gateway.destroy(desired)
  assert.deepEqual([changes.length, /ex-declared/.test(await exchanges())], [2, true])
})

test('an exchange of another type that is there already is used as it is', async () => {
  await channel.assertExchange('ex-fanout', 'fanout', { durable: false })
  const { changes } = await gateway.apply(document('fanout'))
  assert.deepEqual(changes.map(({ kind }) => kind).sort(), ['bucket', 'rule', 'topic'])
  assert.match(await exchanges(), /ex-fanout\s+fanout\s+false/)
})

test('without declareExchange the broker is not asked', async () => {
  const [away] = await freePorts(1)
  const desired = document('undeclared', { declareExchange: false }, `amqp://127.0.0.1:${away}`)
  assert.deepEqual((await gateway.plan(desired)).problems, [])
})

test('a broker that is away or refuses us is told before anything is written', async () => {
  const [away] = await freePorts(1)
  for (const [name, endpoint, code] of [
    ['away', `amqp://127.0.0.1:${away}`, 'ECONNREFUSED'],
    ['no-vhost', `${place}/none`, '\\w+'],
  ] as const) {
    gateway.writes()
    await assert.rejects(gateway.apply(document(name, {}, endpoint)), {
      code: 'desired_unmet',
      field: 'topics.0.declareExchange',
      message: new RegExp(`does not let us look for its exchange \\(${code}\\): correct the endpoint`),
    })
    assert.deepEqual(gateway.writes(), [])
  }
})
