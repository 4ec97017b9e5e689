// amqplib that only acks. Usage: relay-acks.ts URL QUEUE COUNT. Prints time, CPU and memory as stopwatch.ts measures them.
import amqp from 'amqplib'
import { stopwatch } from './stopwatch.ts'

const [url = '', queue = '', count = ''] = process.argv.slice(2)
const connection = await amqp.connect(url)
const channel = await connection.createChannel()
await channel.prefetch(200)
let watch: ReturnType<typeof stopwatch> | undefined
let seen = 0
const { promise, resolve } = Promise.withResolvers<void>()
await channel.consume(queue, (message) => {
  if (message === null) return
  watch ??= stopwatch()
  channel.ack(message)
  seen++
  if (seen === Number(count)) resolve()
})
await promise
await channel.close()
process.stdout.write(JSON.stringify(watch?.()))
await connection.close()
