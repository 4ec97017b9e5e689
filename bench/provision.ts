// Plan, and an apply with nothing to do, of 20 topics and 200 buckets on a real gateway, beside a script that sends
// everything again. Time and requests.

import { readDesired } from '../lib/provisioning/document/desired.ts'
import type { DesiredDocument } from '../lib/provisioning/document/desired-schema.ts'
import { createRgw } from '../lib/provisioning/gateway/rgw-client.ts'
import { createProvisioner } from '../lib/provisioning/provisioner.ts'
import { startCeph } from '../test/services/ceph.ts'
import { inTurn, report } from './measure.ts'
import { sendEverything } from './plain-script.ts'

const TOPICS = 20
const BUCKETS = 200

const topicName = (index: number): string => `topic-${index % TOPICS}`
const document: DesiredDocument = {
  topics: Array.from({ length: TOPICS }, (_, index) => ({
    name: topicName(index),
    endpoint: `http://127.0.0.1:9/${index}`,
  })),
  buckets: Array.from({ length: BUCKETS }, (_, index) => ({
    name: `bucket-${index}`,
    create: true,
    rules: [{ id: 'rule', topic: topicName(index) }],
  })),
}
const resolve = { env: () => undefined, file: () => undefined }
const desired = readDesired(document, { resolve, secretsAllowed: false })

const ceph = await startCeph()
const requests = { read: 0, write: 0 }
const connection = {
  endpoint: new URL(ceph.endpoint),
  credentials: { accessKeyId: ceph.accessKey, secretAccessKey: ceph.secretKey },
  connectTimeoutMs: 5000,
  requestTimeoutMs: 30_000,
  attempts: 4,
}
const rgw = createRgw(connection, (_, write) => {
  requests[write ? 'write' : 'read'] += 1
})
const provisioner = createProvisioner(rgw)

const seconds = (work: () => Promise<unknown>) => async (): Promise<number> => {
  const before = performance.now()
  await work()
  return (performance.now() - before) / 1000
}

const first = await seconds(() => provisioner.apply(desired))()
Object.assign(requests, { read: 0, write: 0 })
await provisioner.plan(desired)
const planRequests = { ...requests }
const { changes } = await provisioner.apply(desired)
const applyRequests = { read: requests.read - planRequests.read, write: requests.write - planRequests.write }
if (changes.length > 0) throw new Error(`there was something to do: ${JSON.stringify(changes)}`)
const plainRequests = await sendEverything(ceph, document)

const time = await inTurn(3, {
  plan: seconds(() => provisioner.plan(desired)),
  apply: seconds(() => provisioner.apply(desired)),
  plain: seconds(() => sendEverything(ceph, document)),
})
rgw.close()
await ceph.stop()

const told = ({ read, write }: typeof requests): string => `${read} + ${write}`
report(`provision ${BUCKETS} buckets: the first apply, s`, first.toFixed(1), '-')
report('  plan, s', time.plan.toFixed(2), '-')
report('    requests that read + that write', told(planRequests), `<= ${BUCKETS + 1} + 0`)
report('  apply with nothing to do, s', time.apply.toFixed(2), '-')
report('    requests that read + that write', told(applyRequests), `<= ${BUCKETS + 1} + 0`)
report('  a script that sends everything again, s', time.plain.toFixed(2), '-')
report('    requests that write', `${plainRequests}`, '-')
report('  times as fast as that script: plan', (time.plain / time.plan).toFixed(1), '>= 2')
report('  times as fast as that script: apply', (time.plain / time.apply).toFixed(1), '>= 2')
