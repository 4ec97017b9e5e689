import { randomUUID } from 'node:crypto'
import { after, beforeEach } from 'node:test'
import type { RgwConnection } from '../../lib/gateway/gateway-connection.ts'
import { createRgw } from '../../lib/provisioning/gateway/rgw-client.ts'
import { createProvisioner } from '../../lib/provisioning/provisioner.ts'
import { ceph } from '../services/live.ts'
import { run } from '../services/processes.ts'
import { createRgwClient } from '../services/rgw-client.ts'

/** Topics of a tenant are one object to older gateways, and writers disturb each other: so each file has its tenant. */
const TENANT = `tenant${randomUUID().slice(0, 8)}`

const createUser = async (tenant: string) => {
  const [accessKey, secretKey] = [randomUUID(), randomUUID()]
  const keys = ['--access-key', accessKey, '--secret-key', secretKey]
  const user = ['--tenant', tenant, '--uid', accessKey, '--display-name', 'tester']
  await run('radosgw-admin', ['--conf', ceph().conf, '-n', 'client.rgw', 'user', 'create', ...user, ...keys])
  return { accessKey, secretKey }
}

/** The gateway of this test run as the provisioner of a new user reaches it, with a memory for what it was asked. */
export const openGateway = async (changes: Partial<RgwConnection> = {}, tenant = TENANT) => {
  const { endpoint } = ceph()
  const keys = await createUser(tenant)
  const requests: { operation: string; write: boolean }[] = []
  const connection = {
    endpoint: new URL(endpoint),
    credentials: { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey },
    connectTimeoutMs: 1000,
    requestTimeoutMs: 20_000,
    attempts: 1,
    ...changes,
  }
  const rgw = createRgw(connection, (operation, write) => requests.push({ operation, write }))
  after(() => rgw.close())
  beforeEach(() => {
    requests.length = 0
  })
  return {
    connection,
    tenant,
    rgw,
    /** The same user, past the provisioner. */
    client: createRgwClient({ endpoint, ...keys }),
    ...createProvisioner(rgw),
    /** The names of the requests that change something, since the test began or this was asked last. */
    writes: () =>
      requests
        .splice(0)
        .filter(({ write }) => write)
        .map(({ operation }) => operation),
  }
}
