// A persistent topic of a real gateway, and a host that is killed and started again. `CHAOS_MESSAGES=50000` is the long run.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { startHost } from '../host-process.ts'
import { startReceiver } from '../receiver.ts'
import { ceph } from '../services/live.ts'
import { freePorts } from '../services/ports.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import * as s3 from '../services/s3.ts'

const NOTIFICATIONS = process.env.CHAOS_MESSAGES ? Number(process.env.CHAOS_MESSAGES) / 5 : 300
const KILLS = process.env.CHAOS_MESSAGES ? 20 : 3
const UPLOADERS = 8
const BUCKET = 'receiver-chaos'
const TOKEN = 'live-token'

const client = createRgwClient(ceph())
const receiver = await startReceiver()
const [port = 0, doorPort = 0] = await freePorts(2)
const door = await openDoor()
const start = () => startHost({ AUTH_TOKENS: TOKEN, SINK_URL: receiver.url, PORT: String(port), LOG_LEVEL: 'info' })
let topicArn = ''
after(async () => {
  if (topicArn) await s3.deleteTopic(client, topicArn)
  await door.close()
  await receiver.close()
})

test(`${NOTIFICATIONS} notifications to a host that is killed ${KILLS} times`, {
  timeout: process.env.CHAOS_MESSAGES ? 30 * 60_000 : 240_000,
}, async (t) => {
  const waiting: { count: number; resolve: () => void }[] = []
  const taken = new Map<string, number>()
  receiver.answer = ({ body }) => {
    const { subject } = JSON.parse(body)
    taken.set(subject, (taken.get(subject) ?? 0) + 1)
    for (const { count, resolve } of waiting) if (taken.size >= count) resolve()
    return { status: 204 }
  }
  const untilTaken = (count: number) =>
    new Promise<void>((resolve) => (taken.size >= count ? resolve() : waiting.push({ count, resolve })))

  await s3.createBucket(client, BUCKET)
  topicArn = await s3.createTopic(client, 'persistent-5', {
    'push-endpoint': `http://127.0.0.1:${doorPort}/ceph-notifications?token=${TOKEN}`,
    persistent: 'true',
  })
  await s3.putNotification(client, BUCKET, [{ id: 'all', topicArn }])

  const keys = Array.from({ length: NOTIFICATIONS }, (_, index) => `object-${index}`)
  const left = keys.values()
  const upload = async () => {
    for (const key of left) await s3.putObject(client, BUCKET, key, key)
  }
  const supervise = async () => {
    let host = await start()
    door.open()
    for (let kill = 1; kill <= KILLS; kill++) {
      await untilTaken(Math.floor((NOTIFICATIONS * kill) / (KILLS + 1)))
      door.shut()
      assert.equal(await host.stop('SIGKILL'), null)
      host = await start()
      door.open()
    }
    await untilTaken(NOTIFICATIONS)
    assert.equal(await host.stop(), 0)
  }
  await Promise.all([supervise(), ...Array.from({ length: UPLOADERS }, upload)])

  const twice = [...taken.values()].filter((times) => times > 1).length
  t.diagnostic(`lost ${keys.length - taken.size}, twice ${twice}, ${KILLS} kills`)
  assert.deepEqual([...taken.keys()].toSorted(), keys.toSorted())
})

/**
 * In front of the host, as a load balancer or a service manager's socket is: while there is no host, connections wait. A gateway
 * of 16.2.15 whose connections are refused instead repeats at once, and its queue may stop for good.
 */
async function openDoor() {
  const sockets = new Set<Socket>()
  let opened = Promise.withResolvers<void>()
  const server = createServer(async (client) => {
    const ends = [client]
    const end = () => {
      for (const socket of ends) socket.destroy()
    }
    client.on('error', end).on('close', end)
    sockets.add(client)
    await opened.promise
    const host = createConnection(port, '127.0.0.1')
    ends.push(host)
    host.on('error', end).on('close', end)
    client.pipe(host).pipe(client)
  })
  await once(server.listen(doorPort, '127.0.0.1'), 'listening')
  return {
    open: () => opened.resolve(),
    shut: () => {
      opened = Promise.withResolvers<void>()
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
