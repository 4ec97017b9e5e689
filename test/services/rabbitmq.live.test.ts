import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { connect } from 'amqplib'
import { startRabbitMQ } from './rabbitmq.ts'

const broker = await startRabbitMQ({ tls: true, conf: ['channel_max = 7'] })
after(() => broker.stop())

test('what is published comes back, byte for byte', async () => {
  const body = Buffer.from([0, 0xff, 0x0a, ...Buffer.from('é\u2028😀')])
  await withChannel(broker.url, async (channel) => {
    const { queue } = await channel.assertQueue('', { exclusive: true })
    channel.sendToQueue(queue, body, { headers: { name: 'värde' } })
    await channel.waitForConfirms()
    const message = await channel.get(queue, { noAck: true })
    assert.ok(message)
    assert.deepEqual(message.content, body)
    assert.deepEqual(message.properties.headers, { name: 'värde' })
  })
})

test('TLS shows a certificate for localhost by the authority it names', async () => {
  const { tls } = broker
  assert.ok(tls)
  const connection = await connect(tls.url, { ca: [readFileSync(tls.ca)] })
  await connection.close()
})

test('further lines of configuration count', async () => {
  assert.match(await broker.ctl('environment'), /\{channel_max,7\}/)
})

test('a durable queue keeps its messages over a restart and a power cut, a transient one is gone', async () => {
  await withChannel(broker.url, async (channel) => {
    await channel.assertQueue('kept', { durable: true })
    await channel.assertQueue('gone', { durable: false })
    for (const queue of ['kept', 'gone']) channel.sendToQueue(queue, Buffer.from('1'), { persistent: true })
    await channel.waitForConfirms()
  })
  await broker.restart()
  await broker.kill()
  await broker.restart()
  assert.equal(await broker.ctl('list_queues', 'name', 'messages', '--no-table-headers'), 'kept\t1\n')
})

test('two run side by side', async () => {
  const other = await startRabbitMQ()
  assert.equal(await other.ctl('list_queues', 'name', '--no-table-headers'), '')
  await other.stop()
})

test('nothing is left of one that was stopped', async () => {
  const stopped = await startRabbitMQ()
  await stopped.stop()
  assert.equal(await accepts(stopped.port), false)
  assert.equal(existsSync(dirname(stopped.logs())), false)
})

test('one whose test run was killed ends with it', async () => {
  const program = `
    const { startRabbitMQ } = await import(${JSON.stringify(new URL('./rabbitmq.ts', import.meta.url).href)})
    const { port, logs } = await startRabbitMQ()
    console.log(JSON.stringify({ port, log: logs() }))
    setInterval(() => {}, 1000)`
  const args = ['--input-type=module', '--eval', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  const { port, log } = JSON.parse(line) as { port: number; log: string } // what the program above prints
  const socket = createConnection(port, '127.0.0.1')
  await once(socket, 'connect')
  // The broker's end of the connection goes down with it, by a reset or in good order.
  const closed = Promise.withResolvers<void>()
  socket.on('error', () => {})
  socket.on('close', closed.resolve)
  socket.resume()
  child.kill('SIGKILL')
  await closed.promise
  while (await accepts(port)); // The kernel closes the files of a killed process one by one.
  rmSync(dirname(log), { recursive: true })
})

type Channel = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createConfirmChannel']>>

async function withChannel(url: string, use: (channel: Channel) => Promise<void>): Promise<void> {
  const connection = await connect(url)
  try {
    await use(await connection.createConfirmChannel())
  } finally {
    await connection.close()
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
