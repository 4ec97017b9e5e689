// `npm run test:chaos` is the long run, which CLAIMS_NOTIFICATIONS=20000 makes it.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { startRedis } from '../services/redis.ts'
import { NAME, rage, testStorm } from './storm.ts'

const broker = await startRabbitMQ()
after(() => broker.stop())

testStorm(broker, 'redis:', async (t) => {
  const redis = await startRedis()
  t.after(() => redis.stop())
  return {
    environment: { CLAIMS_URL: redis.url },
    restart: async () => {
      await redis.kill()
      const killedAt = Date.now()
      await redis.start()
      return killedAt
    },
  }
})

test(`memory: ${NAME}: nothing is lost, and a process does not know what the others handled`, async (t) => {
  const { entries, sent } = await rage(t, broker, { environment: { CLAIMS_URL: 'memory:' } })
  const effects = Map.groupBy(entries, ({ event }) => event)
  const twice = [...effects.values()].filter(({ length }) => length > 1)
  t.diagnostic(`${twice.length} of ${sent.length} were handled more than once`)
  assert.deepEqual([...effects.keys()].toSorted(), sent.toSorted())
  assert.notEqual(twice.length, 0)
})
