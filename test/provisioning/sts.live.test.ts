import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runInProcess } from '../cli/in-process.ts'
import { ceph, isAtLeast } from '../services/live.ts'
import { freePorts } from '../services/ports.ts'
import { run, startDaemon } from '../services/processes.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import { untilAnswering } from '../services/until-answering.ts'
import { openGateway } from './gateway.ts'

const directory = await mkdtemp(join(tmpdir(), 'sts-'))
after(() => rm(directory, { recursive: true, force: true }))

/** A second gateway of the same cluster. It knows STS, which changes what 16.2.15 answers to a wrong secret key. */
const startGatewayWithSts = async (): Promise<string> => {
  const [port] = await freePorts(1)
  const sts = ['--rgw-s3-auth-use-sts', 'true', '--rgw-sts-key', 'a-key-for-tests-']
  const place = ['--rgw-frontends', `beast endpoint=127.0.0.1:${port}`, '--log-file', join(directory, 'log')]
  const args = ['--conf', ceph().conf, '-n', 'client.rgw', '-f', ...place, ...sts]
  const daemon = startDaemon('radosgw', args, join(directory, 'out'))
  after(() => daemon.stop())
  const endpoint = `http://127.0.0.1:${port}`
  await untilAnswering(endpoint, daemon.exited)
  return endpoint
}

const endpoint = await startGatewayWithSts()
const gateway = await openGateway()
const uid = gateway.connection.credentials.accessKeyId

const admin = (...args: string[]) =>
  run('radosgw-admin', ['--conf', ceph().conf, '-n', 'client.rgw', ...args, '--tenant', gateway.tenant])

/** Temporary keys of the role, as the user of the gateway gets them. */
const assumeRole = async () => {
  const allow = (rest: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] })
  const principal = { Principal: { AWS: [`arn:aws:iam::${gateway.tenant}:user/${uid}`] }, Action: ['sts:AssumeRole'] }
  // 16 cannot read others, and asks for no permission about topics.
  const actions = isAtLeast(19) ? ['s3:*', 'sns:*'] : ['s3:*']
  const policy = ['--policy-name', 'all', '--policy-doc', allow({ Action: actions, Resource: '*' })]
  await admin('role', 'create', '--role-name', 'deploy', '--assume-role-policy-doc', allow(principal))
  await admin('role-policy', 'put', '--role-name', 'deploy', ...policy)
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    RoleArn: `arn:aws:iam::${gateway.tenant}:role/deploy`,
    RoleSessionName: 'test',
    Version: '2011-06-15',
  }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = gateway.connection.credentials
  const client = createRgwClient({ endpoint, accessKey, secretKey })
  const reply = await client.send({ method: 'POST', path: '/', headers, body, service: 'sts' })
  const at = (name: string) => new RegExp(`<${name}>([^<]+)`).exec(reply.body)?.[1] ?? ''
  return { accessKey: at('AccessKeyId'), secretKey: at('SecretAccessKey'), sessionToken: at('SessionToken') }
}

test('temporary keys of a role provision, with their token and not without', async () => {
  const { accessKey, secretKey, sessionToken } = await assumeRole()
  const stdin = `
    topics: [{ name: of-role, endpoint: "http://127.0.0.1:9/", policy: { Version: "2012-10-17", Statement: [] } }]
    buckets: [{ name: of-role, create: true, rules: [{ id: r, topic: of-role }] }]
  `
  const apply = (env: Record<string, string>, action = 'apply') =>
    runInProcess(['provision', action, '-f', '-'], {
      env: { RGW_ENDPOINT: endpoint, RGW_ATTEMPTS: '1', ...env },
      stdin,
    })
  const keys = { RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey }
  const { code, stdout, stderr } = await apply({ ...keys, RGW_SESSION_TOKEN: sessionToken })
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /3 to create\ndone\n$/)
  assert.equal((await apply(keys)).code, 1)

  const ofAws = { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, AWS_SESSION_TOKEN: sessionToken }
  assert.match((await apply(ofAws)).stdout, /^no changes: the gateway matches the document$/m)
  // The topic is known as one of the role's user, not as one of others.
  assert.match((await apply(ofAws, 'destroy')).stdout, /^- topic of-role$/m)
})
